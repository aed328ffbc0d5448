import { Uncertain } from '../../src/core/uncertain.ts'
import type { Probe } from '../../src/core/probe.ts'
import { Overlay } from '../../src/host/overlay.ts'
import { stepEffects, unknownEffects } from '../../src/modules/apt/effects.ts'
import { userAccount } from '../../src/probes/account.ts'
import { transaction } from '../../src/probes/apt.ts'
import { content } from '../../src/probes/content.ts'
import { firewall } from '../../src/probes/firewall.ts'
import { installedPackage } from '../../src/probes/package.ts'
import { path } from '../../src/probes/path.ts'
import { unit } from '../../src/probes/unit.ts'

const STEPS = [
  { name: 'nginx-common', before: null, after: '1' },
  { name: 'nginx', before: null, after: '1' },
  { name: 'libsystemd0', before: '1', after: '2' },
]

/** What a dry run makes of a probe that is absent before the installation. */
const afterwards = (probe: Probe<unknown>, before: unknown = null): unknown => {
  const overlay = new Overlay()
  overlay.lay(stepEffects(STEPS, false))
  try {
    return overlay.value(probe, () => before)
  } catch (error) {
    if (error instanceof Uncertain) return 'uncertain'
    throw error
  }
}

test.each([
  { case: 'its unit', probe: unit('nginx.service') },
  { case: 'its account', probe: userAccount('nginx') },
  { case: 'its directory', probe: path('/etc/nginx') },
  { case: 'a file of its own', probe: content('/etc/nginx/sites-enabled/default') },
])('installing a package may bring $case', ({ probe }) => {
  expect(afterwards(probe)).toBe('uncertain')
})

test.each([
  { case: 'a unit of another name', probe: unit('site.service') },
  { case: 'an account of another name', probe: userAccount('deploy') },
  { case: 'a file elsewhere', probe: path('/etc/site/nothing') },
  { case: 'a file that no package puts there', probe: path('/srv/nginx') },
  { case: 'a package that is not among the steps', probe: installedPackage('nginx-doc') },
  { case: 'rules of a firewall', probe: firewall('flush ruleset') },
])('installing a package does not bring $case', ({ probe }) => {
  expect(afterwards(probe)).toBeNull()
})

test('what is there already stays', () => {
  expect(afterwards(unit('nginx.service'), 'as it is')).toBe('as it is')
  expect(afterwards(installedPackage('nginx'))).toMatchObject({ version: '1', state: 'installed' })
})

test('a later task need not do what these steps have done', () => {
  const probe = transaction({ words: ['install', '--', 'nginx', 'php-fpm'] })
  const php = { name: 'php-fpm', before: null, after: '8' }
  expect(afterwards(probe, { kind: 'possible', steps: [...STEPS, php] })).toEqual({
    kind: 'possible',
    steps: [php],
  })
})

test('of a package that the lists do not know everything of its name is open', () => {
  const overlay = new Overlay()
  overlay.lay(unknownEffects(['nginx']))
  const value = (probe: Probe<unknown>): unknown => overlay.value(probe, () => null)
  expect(value(installedPackage('nginx'))).toMatchObject({ state: 'installed' })
  expect(() => value(installedPackage('nginx-common'))).toThrow(Uncertain)
  expect(value(installedPackage('curl'))).toBeNull()
  expect(() => value(unit('nginx.service'))).toThrow(Uncertain)
  expect(value(userAccount('deploy'))).toBeNull()
})
