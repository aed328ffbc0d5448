import type { Module } from '../core/module.ts'
import { apt } from './apt.ts'
import { group } from './group.ts'
import { packageModule } from './package.ts'
import { setup } from './setup.ts'
import { service, systemd, systemdService } from './systemd.ts'
import { user } from './user.ts'

const ALL: readonly Module[] = [
  apt,
  group,
  packageModule,
  service,
  setup,
  systemd,
  systemdService,
  user,
]

/** Every module under the name that playbooks use. */
export const modules: ReadonlyMap<string, Module> = new Map(
  ALL.map(module => [module.name, module]),
)
