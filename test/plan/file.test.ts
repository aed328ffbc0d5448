import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { composePlan, isAsMade } from '../../src/plan/compose.ts'
import type { PlanDocument } from '../../src/plan/document.ts'
import { readPlan, writePlan } from '../../src/plan/file.ts'
import { Chance } from '../../src/plan/chance.ts'
import { InputLog } from '../../src/plan/inputs.ts'
import { controllerMacs } from '../../src/plan/key.ts'
import { Recorder } from '../../src/plan/recorder.ts'
import { Redactor } from '../../src/report/redact.ts'
import { NOBODY } from '../report/summary.ts'

const directory = mkdtempSync(join(tmpdir(), 'provision-plan-'))
afterAll(() => {
  rmSync(directory, { recursive: true })
})
const at = (name: string): string => join(directory, name)
const macs = controllerMacs(at('plan.key'))

const documentNow = (): PlanDocument => {
  const recorder = new Recorder(text => text)
  recorder.emit({ kind: 'play started', play: 'bidi \u202e and C1 \u009b', hosts: ['10', 'a'] })
  recorder.emit({ kind: 'run ended', summary: NOBODY })
  return composePlan(recorder, {
    macs,
    redactor: new Redactor(),
    provision: '0',
    made: new Date(0),
    inputs: new InputLog(new Chance()),
    command: {
      playbooks: [],
      inventory: [],
      limit: null,
      tags: [],
      skipTags: [],
      extraVars: [],
      user: null,
      become: false,
      becomeUser: null,
      forceHandlers: false,
    },
  })
}

test('a plan is written for its owner alone, over an older one, with nothing left beside it', () => {
  mkdirSync(at('plans'))
  writePlan(at('plans/p'), documentNow())
  writePlan(at('plans/p'), documentNow())
  expect(statSync(at('plans/p')).mode & 0o777).toBe(0o600)
  expect(readdirSync(at('plans'))).toEqual(['p'])
  expect(readFileSync(at('plans/p'), 'utf8')).not.toMatch(/[\u009b\u202e]/)
  expect(readPlan(at('plans/p'))).toEqual(documentNow())
})

test('its seal holds after it was written, read and written otherwise, and breaks with any edit', () => {
  const document = documentNow()
  expect(isAsMade(document, macs)).toBe(true)
  expect(isAsMade(JSON.parse(JSON.stringify(document)) as PlanDocument, macs)).toBe(true)
  expect(isAsMade({ ...document, complete: !document.complete }, macs)).toBe(false)
  const more = { ...document, extra: 1 }
  expect(isAsMade(more, macs)).toBe(false)
  expect(isAsMade(document, controllerMacs(at('other.key')))).toBe(false)
})

test.each(['text', 'json', 'link', 'directory'])('nothing else is overwritten: %s', kind => {
  const file = at(`taken-${kind}`)
  if (kind === 'text') writeFileSync(file, 'mine')
  if (kind === 'json') writeFileSync(file, '{"plan": "mine"}')
  if (kind === 'directory') mkdirSync(file)
  if (kind === 'link') {
    writePlan(at('linked'), documentNow())
    symlinkSync(at('linked'), file)
  }
  expect(() => {
    writePlan(file, documentNow())
  }).toThrow(expect.objectContaining({ code: 'E_FILE_EXISTS' }) as Error)
})

test('a directory that is not there is named before anything is done', () => {
  expect(() => {
    writePlan(at('none/p'), documentNow())
  }).toThrow(`there is no directory "${at('none')}"`)
})

test.each<[string, (document: PlanDocument) => unknown, string]>([
  ['no JSON', () => 'no plan', 'E_PLAN_FORMAT'],
  ['another document', () => ({ schema: 1, hosts: {} }), 'E_PLAN_FORMAT'],
  ['a list', () => [1], 'E_PLAN_FORMAT'],
  ['a newer plan', document => ({ ...document, plan: 2 }), 'E_PLAN_NEWER'],
  ['a plan without a part', document => ({ ...document, steps: undefined }), 'E_PLAN_FORMAT'],
  ['a plan with a wrong part', document => ({ ...document, hosts: { a: 1 } }), 'E_PLAN_FORMAT'],
  ['a plan with a wrong date', document => ({ ...document, made: 'today' }), 'E_PLAN_FORMAT'],
])('%s is refused', (_, alter, code) => {
  const altered = alter(documentNow())
  writeFileSync(at('read'), typeof altered === 'string' ? altered : JSON.stringify(altered))
  expect(() => readPlan(at('read'))).toThrow(expect.objectContaining({ code }) as Error)
})

test('no file at all is refused by its name', () => {
  expect(() => readPlan(at('nowhere'))).toThrow(`there is no plan "${at('nowhere')}"`)
  expect(() => readPlan(directory)).toThrow('there is no plan')
})
