import { content } from '../../../src/probes/content.ts'
import { path } from '../../../src/probes/path.ts'
import { holding, info, is, type Case } from '../model.ts'

const zone = (name: string) => is(path(`/usr/share/zoneinfo/${name}`), info())
const link = (target: string) => is(path('/etc/localtime'), info({ kind: 'link', target }))
const named = (name: string) => [
  is(path('/etc/timezone'), info()),
  is(content('/etc/timezone'), holding(`${name}\n`)),
]

export const cases: readonly Case[] = [
  { case: 'sets it', args: { name: 'UTC' }, answers: [zone('UTC')], changes: ['time zone: UTC'] },
  {
    case: 'changes the link and the name',
    args: { name: 'UTC' },
    answers: [zone('UTC'), link('/usr/share/zoneinfo/Europe/Berlin'), ...named('Europe/Berlin')],
    changes: ['time zone: UTC'],
  },
  {
    case: 'knows a relative link',
    args: { name: 'Europe/Berlin' },
    answers: [zone('Europe/Berlin'), link('../usr/share/zoneinfo/Europe/Berlin')],
    converged: true,
  },
  {
    case: 'corrects a name that the link belies',
    args: { name: 'UTC' },
    answers: [zone('UTC'), link('/usr/share/zoneinfo/UTC'), ...named('Europe/Berlin')],
    changes: ['time zone: UTC'],
  },
  { case: 'names a zone that does not exist', args: { name: 'Europe/Berln' }, error: 'E_TIMEZONE' },
]
