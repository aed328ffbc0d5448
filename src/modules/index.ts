import type { Module } from '../core/module.ts'
import { apt } from './apt.ts'
import { authorizedKey } from './authorized_key.ts'
import { blockinfile } from './blockinfile.ts'
import { command } from './command.ts'
import { copy } from './copy.ts'
import { cron } from './cron.ts'
import { fetch } from './fetch.ts'
import { file } from './file.ts'
import { find } from './find.ts'
import { getent } from './getent.ts'
import { git } from './git.ts'
import { group } from './group.ts'
import { hostname } from './hostname.ts'
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
import { packageFacts } from './package_facts.ts'
import { ping } from './ping.ts'
import { raw } from './raw.ts'
import { reboot } from './reboot.ts'
import { replace } from './replace.ts'
import { script } from './script.ts'
import { serviceFacts } from './service_facts.ts'
import { setup } from './setup.ts'
import { shell } from './shell.ts'
import { slurp } from './slurp.ts'
import { sshdConfig } from './sshd_config.ts'
import { stat } from './stat.ts'
import { sysctl } from './sysctl.ts'
import { service, systemd, systemdService } from './systemd.ts'
import { tempfile } from './tempfile.ts'
import { template } from './template.ts'
import { timezone } from './timezone.ts'
import { tlsAuthority } from './tls_authority.ts'
import { tlsCertificate } from './tls_certificate.ts'
import { uri } from './uri.ts'
import { user } from './user.ts'
import { waitFor } from './wait_for.ts'

const ALL: readonly Module[] = [
  apt,
  authorizedKey,
  blockinfile,
  command,
  copy,
  cron,
  fetch,
  file,
  find,
  getent,
  git,
  group,
  hostname,
  lineinfile,
  mysqlDb,
  mysqlInfo,
  mysqlQuery,
  mysqlReplica,
  mysqlTopology,
  mysqlUser,
  mysqlVariables,
  nftablesRules,
  packageFacts,
  packageModule,
  ping,
  raw,
  reboot,
  replace,
  script,
  service,
  serviceFacts,
  setup,
  shell,
  slurp,
  sshdConfig,
  stat,
  sysctl,
  systemd,
  systemdService,
  tempfile,
  template,
  timezone,
  tlsAuthority,
  tlsCertificate,
  uri,
  user,
  waitFor,
]

/** Every module under the name that playbooks use. */
export const modules: ReadonlyMap<string, Module> = new Map(
  ALL.map(module => [module.name, module]),
)
