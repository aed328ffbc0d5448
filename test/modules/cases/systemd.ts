import { unit, unitNames, unreadUnits, type Unit } from '../../../src/probes/unit.ts'
import { path } from '../../../src/probes/path.ts'
import { info, is, type Case } from '../model.ts'

/** nginx as it runs. */
export const nginx = (fields: Partial<Unit> = {}): Unit => ({
  Id: 'nginx.service',
  Names: 'nginx.service',
  Description: 'web server',
  LoadState: 'loaded',
  LoadError: '',
  ActiveState: 'active',
  SubState: 'running',
  Result: 'success',
  UnitFileState: 'enabled',
  FragmentPath: '/lib/systemd/system/nginx.service',
  NeedDaemonReload: 'no',
  InvocationID: 'aaaa',
  MainPID: '7',
  ExecMainStatus: '0',
  NRestarts: '0',
  Type: 'forking',
  RemainAfterExit: 'no',
  CanReload: 'yes',
  ReloadResult: 'success',
  ActiveEnterTimestamp: '',
  ActiveEnterTimestampMonotonic: '1',
  StateChangeTimestampMonotonic: '1',
  ...fields,
})
const there = (fields: Partial<Unit> = {}) => is(unit('nginx.service'), nginx(fields))
const STOPPED = { ActiveState: 'inactive', SubState: 'dead' }

export const cases: readonly Case[] = [
  {
    case: 'leaves what runs and is enabled',
    args: { name: 'nginx', state: 'started', enabled: true, masked: false },
    answers: [there()],
    converged: true,
  },
  {
    case: 'enables and starts',
    args: { name: 'nginx', state: 'started', enabled: true },
    answers: [there({ ...STOPPED, UnitFileState: 'disabled' })],
    changes: ['enable nginx.service', 'start nginx.service'],
  },
  {
    case: 'starts what has failed or crashes again and again',
    args: { name: 'nginx', state: 'started' },
    answers: [there({ ActiveState: 'activating', SubState: 'auto-restart' })],
    changes: ['start nginx.service'],
  },
  {
    case: 'knows a unit by another of its names',
    args: { name: 'mysql', state: 'stopped', enabled: false },
    answers: [
      is(
        unit('mysql.service'),
        nginx({ Id: 'mariadb.service', Names: 'mysql.service mariadb.service' }),
      ),
    ],
    changes: ['disable mariadb.service', 'stop mariadb.service'],
  },
  {
    case: 'leaves a unit that needs no enabling',
    args: { name: 'nginx', enabled: true },
    answers: [there({ UnitFileState: 'static' })],
    converged: true,
  },
  {
    case: 'masks',
    args: { name: 'nginx', masked: true, state: 'stopped' },
    answers: [there()],
    changes: ['mask nginx.service', 'stop nginx.service'],
  },
  {
    case: 'unmasks, enables and starts',
    args: { name: 'nginx', masked: false, enabled: true, state: 'started' },
    answers: [there({ ...STOPPED, LoadState: 'masked', UnitFileState: 'masked' })],
    changes: ['unmask nginx.service', 'enable nginx.service', 'start nginx.service'],
  },
  {
    case: 'does not start what is masked',
    args: { name: 'nginx', state: 'started' },
    answers: [there({ ...STOPPED, LoadState: 'masked', UnitFileState: 'masked' })],
    error: 'E_UNIT_MASKED',
  },
  {
    case: 'restarts each time',
    args: { name: 'nginx', state: 'restarted' },
    answers: [there()],
    changes: ['restart nginx.service'],
  },
  {
    case: 'reloads each time',
    args: { name: 'nginx', state: 'reloaded' },
    answers: [there()],
    changes: ['reload nginx.service'],
  },
  {
    case: 'starts instead of reloading what does not run',
    args: { name: 'nginx', state: 'reloaded' },
    answers: [there(STOPPED)],
    changes: ['start nginx.service'],
  },
  {
    case: 'names what cannot be reloaded',
    args: { name: 'nginx', state: 'reloaded' },
    answers: [there({ CanReload: 'no' })],
    error: 'E_UNIT_NO_RELOAD',
  },
  {
    case: 'runs a unit that ends by itself each time',
    args: { name: 'nginx', state: 'started' },
    answers: [there({ ...STOPPED, Type: 'oneshot' })],
    changes: ['start nginx.service'],
  },
  {
    case: 'does not wait for the proof when told not to',
    args: { name: 'nginx', state: 'started', no_block: true },
    answers: [there(STOPPED)],
    changes: ['start nginx.service'],
  },
  {
    case: 'names a unit that does not exist',
    args: { name: 'ngimx', state: 'started' },
    answers: [is(unitNames(), ['nginx.service'])],
    error: 'E_UNIT_UNKNOWN',
  },
  {
    case: 'starts a unit whose file an earlier task has written',
    args: { name: 'site', state: 'started', enabled: true, daemon_reload: true },
    answers: [
      is(unitNames(), []),
      is(unreadUnits(), ['/etc/systemd/system/site.service']),
      is(path('/etc/systemd/system/site.service'), info()),
    ],
    changes: [
      'read unit files again (/etc/systemd/system/site.service)',
      'enable site.service',
      'start site.service',
    ],
  },
  {
    case: 'lets systemd read what is new',
    args: { daemon_reload: true },
    answers: [is(unreadUnits(), ['/etc/systemd/system/x.service'])],
    changes: ['read unit files again (/etc/systemd/system/x.service)'],
  },
  {
    case: 'has nothing new to read',
    args: { daemon_reload: true },
    answers: [is(unreadUnits(), [])],
    converged: true,
  },
  {
    case: 'restarts systemd itself',
    args: { daemon_reexec: true },
    changes: ['restart systemd itself'],
  },
]
