import { COUNTED } from '../core/event.ts'
import { newAjv } from '../core/validator.ts'

const text = { type: 'string' }
const orNull = (type: string) => ({ type: [type, 'null'] })
const number = { type: 'number' }
const yesNo = { type: 'boolean' }
const list = (items: object) => ({ type: 'array', items })
const dictionary = (values: object) => ({ type: 'object', additionalProperties: values })
const record = (fields: Readonly<Record<string, object>>, optional: readonly string[] = []) => ({
  type: 'object',
  properties: fields,
  required: Object.keys(fields).filter(name => !optional.includes(name)),
})

const entry = record(
  {
    step: { type: 'integer', minimum: 0 },
    task: text,
    at: text,
    handler: yesNo,
    item: orNull('string'),
    status: { enum: ['ok', 'changed', 'maybe', 'skipped', 'failed', 'unreachable'] },
    message: orNull('string'),
    code: text,
    forgiven: { enum: ['ignored', 'rescued'] },
    changes: list(
      record({ summary: text, diff: { anyOf: [list(text), { type: 'null' }] }, unproved: yesNo }, [
        'unproved',
      ]),
    ),
    reach: list(text),
    done: { const: true },
    digest: text,
  },
  ['code', 'forgiven', 'reach', 'done'],
)

const SCHEMA = record({
  plan: { const: 1 },
  provision: text,
  made: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' },
  complete: yesNo,
  command: record({
    playbooks: list(text),
    inventory: list(text),
    limit: orNull('string'),
    tags: list(text),
    skipTags: list(text),
    extraVars: list(text),
    user: orNull('string'),
    become: yesNo,
    becomeUser: orNull('string'),
    forceHandlers: yesNo,
  }),
  key: text,
  inputs: record({ files: dictionary(text), values: dictionary(text) }),
  hosts: dictionary(
    record({
      complete: yesNo,
      counts: record(Object.fromEntries(COUNTED.map(name => [name, number]))),
      digest: text,
      tasks: list(entry),
    }),
  ),
  plays: list(record({ name: text, hosts: list(text) })),
  steps: list(
    record(
      {
        play: { type: 'integer', minimum: 0 },
        task: text,
        role: text,
        at: text,
        handler: yesNo,
        ok: list(text),
        skipped: list(text),
      },
      ['role'],
    ),
  ),
  warnings: list(text),
  roundTrips: dictionary(number),
  setupRoundTrips: dictionary(number),
  ms: number,
  seal: text,
})

/** What keeps a value from being a plan of version 1, in a sentence; nothing for one that is. */
export const whyNoPlan = (value: unknown): string | undefined => {
  const validate = newAjv({ strict: false }).compile(SCHEMA)
  if (validate(value)) return undefined
  const [error] = validate.errors ?? []
  const where = error?.instancePath === '' ? 'it' : `"${error?.instancePath.slice(1) ?? ''}"`
  return `${where} ${error?.message ?? 'is wrong'}`
}
