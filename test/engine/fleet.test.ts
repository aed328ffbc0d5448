import { becomes, type Effect } from '../../src/core/change.ts'
import type { ConnectionSettings } from '../../src/core/connection.ts'
import { answer, probeOf } from '../../src/core/probe.ts'
import { constant } from '../../src/core/shell.ts'
import type { Machine, Output } from '../../src/core/wire.ts'
import { Fleet } from '../../src/engine/fleet.ts'
import type { Services } from '../../src/engine/services.ts'
import type { Scope } from '../../src/language/scope.ts'

const probe = probeOf<string, string>({
  name: 'word',
  ask: () => constant(':'),
  read: () => [answer('as it is')],
  dependsOn: () => [],
})('x')

const DONE = { code: 0, timedOut: false } as Output

const fleet = (): Fleet =>
  new Fleet({
    settingsOf: (host: string) => ({ kind: 'ssh', host }) as ConnectionSettings,
    connect: () => ({ run: () => Promise.resolve([DONE]) }) as unknown as Machine,
  } as unknown as Services)

const scope = {} as Scope
const as = { user: undefined }
const crossing: Effect = { kind: 'rule', crosses: true, apply: () => 'from elsewhere' }

test('what is modelled for the other machines is laid on them alone, also on later ones', async () => {
  const machines = fleet()
  const [one, two] = ['one', 'two'].map(host => machines.of(host, scope))
  if (one === undefined || two === undefined) throw new Error('no machines')
  machines.lay(one, [becomes(probe, 'its own'), crossing])
  const three = machines.of('three', scope)
  expect(one.value({ probe, as })).toBe('its own')
  for (const state of [two, three]) {
    await state.ask([{ probe, as }], [])
    expect(state.value({ probe, as })).toBe('from elsewhere')
  }
})
