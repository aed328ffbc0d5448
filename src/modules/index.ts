import type { Module } from '../core/module.ts'
import { apt } from './apt.ts'
import { blockinfile } from './blockinfile.ts'
import { command } from './command.ts'
import { copy } from './copy.ts'
import { file } from './file.ts'
import { group } from './group.ts'
import { lineinfile } from './lineinfile.ts'
import { mysqlDb } from './mysql_db.ts'
import { mysqlInfo } from './mysql_info.ts'
import { mysqlQuery } from './mysql_query.ts'
import { mysqlReplica } from './mysql_replica.ts'
import { mysqlTopology } from './mysql_topology.ts'
import { mysqlUser } from './mysql_user.ts'
import { mysqlVariables } from './mysql_variables.ts'
import { nftablesRules } from './nftables_rules.ts'
import { packageModule } from './package.ts'
import { replace } from './replace.ts'
import { setup } from './setup.ts'
import { shell } from './shell.ts'
import { sshdConfig } from './sshd_config.ts'
import { stat } from './stat.ts'
import { service, systemd, systemdService } from './systemd.ts'
import { template } from './template.ts'
import { tlsAuthority } from './tls_authority.ts'
import { tlsCertificate } from './tls_certificate.ts'
import { user } from './user.ts'

const ALL: readonly Module[] = [
  apt,
  blockinfile,
  command,
  copy,
  file,
  group,
  lineinfile,
  mysqlDb,
  mysqlInfo,
  mysqlQuery,
  mysqlReplica,
  mysqlTopology,
  mysqlUser,
  mysqlVariables,
  nftablesRules,
  packageModule,
  replace,
  service,
  setup,
  shell,
  sshdConfig,
  stat,
  systemd,
  systemdService,
  template,
  tlsAuthority,
  tlsCertificate,
  user,
]

/** Every module under the name that playbooks use. */
export const modules: ReadonlyMap<string, Module> = new Map(
  ALL.map(module => [module.name, module]),
)
