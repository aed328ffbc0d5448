import type { Event, TaskReport } from '../../src/core/event.ts'
import { JsonSink } from '../../src/report/json.ts'
import { LinesSink } from '../../src/report/lines.ts'
import { Redactor } from '../../src/report/redact.ts'
import { NOBODY } from './summary.ts'

const MASK = '••••••'

const SECRETS: Readonly<Record<string, string>> = {
  plain: 'hunter2-hunter2',
  'with quotes': `it's "quoted" \`too\``,
  'with a backslash': 'back\\slash\\word',
  unicode: 'pässwörd-żółć-🔑',
  'of several lines': 'first line of it\nsecond line of it\n',
  'with signs of URLs': 'a/b?c=d&e f+g%h',
  'with control characters': 'bell\u0007escape\u001b[31m',
  'with signs of regular expressions': 'a.*(b)+[c]{2}$',
}

const FORMS: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': secret => secret,
  'in JSON': secret => JSON.stringify({ password: secret }),
  'in JSON of ASCII alone': secret =>
    JSON.stringify(secret).replaceAll(
      /[\u0080-\uffff]/g,
      c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  'in base64': secret => Buffer.from(secret).toString('base64'),
  'in base64 for URLs': secret => Buffer.from(secret).toString('base64url'),
  'in base64 behind a name': secret => Buffer.from(`admin:${secret}`).toString('base64'),
  'in base64 between others': secret => Buffer.from(`{"a":"${secret}","b":1}`).toString('base64'),
  'in a URL': secret => `https://x/?p=${encodeURIComponent(secret)}`,
  'in a form': secret => new URLSearchParams({ p: secret }).toString(),
  'in hexadecimal': secret => Buffer.from(secret).toString('hex'),
  'in a shell word': secret => `'${secret.replaceAll("'", `'\\''`)}'`,
  'its first line': secret => secret.split('\n')[0] ?? '',
}

/** The longest part of the secret that is still to be read. */
const legible = (text: string, secret: string): string => {
  const words = secret.split('\n').filter(line => line.length >= 6)
  return words.find(word => text.includes(word)) ?? ''
}

describe.each(Object.entries(SECRETS))('a secret %s', (_, secret) => {
  const redactor = new Redactor()
  redactor.register(secret)

  test.each(Object.entries(FORMS))('is masked %s', (_form, write) => {
    const written = write(secret)
    const redacted = redactor.redact(`before ${written} after`)
    expect(redacted).toContain(MASK)
    expect(redacted).not.toContain(written)
    expect(legible(redacted, secret)).toBe('')
    expect(redacted.startsWith('before ')).toBe(true)
    expect(redacted.endsWith(' after')).toBe(true)
  })

  test('reaches no sink, wherever it stands in an event', async () => {
    const text = `said ${secret} and ${Buffer.from(secret).toString('base64')}`
    const { lines, json } = await written(redactor, eventsWith(text))
    for (const output of [lines, json]) {
      expect(output).toContain(MASK)
      for (const form of Object.values(FORMS)) expect(output).not.toContain(form(secret))
      expect(legible(output, secret)).toBe('')
    }
  })
})

test('a text of fewer than six characters is left alone', () => {
  const redactor = new Redactor()
  redactor.register('abc')
  expect(redactor.redact('abcdef')).toBe('abcdef')
})

test('a longer secret is masked as a whole where a shorter one is a part of it', () => {
  const redactor = new Redactor()
  redactor.register('secret')
  redactor.register('secret-and-more')
  expect(redactor.redact('x secret-and-more y')).toBe(`x ${MASK} y`)
})

test('a secret that is cut for want of room is masked before', async () => {
  const redactor = new Redactor()
  const secret = 'x'.repeat(40)
  redactor.register(secret)
  const { lines } = await written(redactor, eventsWith(`${'a'.repeat(100)} ${secret}`))
  expect(lines).not.toContain('xxxxxx')
})

const at = { file: 'site.yml', line: 1, column: 1 }

/** A run in whose every text the given one stands. */
const eventsWith = (text: string): Event[] => {
  const report: TaskReport = {
    play: 'play',
    task: text,
    role: undefined,
    at,
    host: 'a',
    status: 'failed',
    item: text,
    changes: [
      {
        summary: text,
        unproved: false,
        diff: { kind: 'text', path: '/x', before: `${text}\n`, after: null },
      },
      {
        summary: text,
        unproved: false,
        diff: { kind: 'fields', of: text, fields: [{ name: 'n', before: text, after: text }] },
      },
    ],
    message: text,
    hint: text,
    code: 'E_X',
    forgiven: undefined,
    handler: false,
    result: { stdout: text, list: [text], [text]: 1 },
    ms: 1,
  }
  return [
    { kind: 'run started', playbooks: [], dryRun: false },
    { kind: 'play started', play: text, hosts: ['a'] },
    { kind: 'warning', message: text, at: undefined },
    { kind: 'task started', task: text, role: text, at, handler: false },
    { kind: 'said', host: 'a', text },
    { kind: 'task done', report },
    { kind: 'run ended', summary: NOBODY },
  ]
}

const written = async (
  redactor: Redactor,
  events: readonly Event[],
): Promise<{ lines: string; json: string }> => {
  const out: Record<'lines' | 'json', string> = { lines: '', json: '' }
  const to = (which: keyof typeof out) => (text: string) => void (out[which] += text)
  const paint = (_: unknown, text: string): string => text
  const json = new JsonSink(redactor, { write: to('json'), warn: to('json') })
  const sink = new LinesSink({
    redactor,
    write: to('lines'),
    detail: { diff: 'full', verbosity: 3, paint },
  })
  for (const event of events) {
    json.emit(event)
    sink.emit(event)
  }
  await sink.finished()
  return out
}
