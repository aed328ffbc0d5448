import type { Result } from '../../core/module.ts'
import { Uncertain } from '../../core/uncertain.ts'
import type { Output } from '../../core/wire.ts'
import { lazily } from '../result.ts'

interface Expectation {
  readonly url: string
  readonly status_code: readonly number[]
  readonly return_content: boolean
}

/** What is registered of an HTTP response: Ansible's fields, and each header by its name. */
export const responseResult = (output: Output | undefined, want: Expectation): Result => {
  if (output === undefined) return unknownResponse
  const [code, told, headers, body] = fields(output.stdout)
  const elapsed = Math.round(output.ms / 1000)
  if (output.code !== 0 || code !== '0') return notReached(output, { url: want.url, elapsed })
  const [status = '', ...url] = told.split(' ')
  const named = headersOf(headers)
  const text = body.toString('utf8')
  const common = {
    ...named,
    status: Number(status),
    url: url.join(' '),
    redirected: url.join(' ') !== want.url,
    elapsed,
    ...(want.return_content ? { content: text } : {}),
    ...json(named['content_type'] ?? '', text),
  }
  if (want.status_code.includes(Number(status)))
    return { ...common, msg: `OK (${named['content_length'] ?? 'unknown'} bytes)` }
  const expected = want.status_code.join(', ')
  return {
    ...common,
    content: text,
    failed: true,
    msg: `Status code was ${status} and not [${expected}]`,
  }
}

const UNKNOWN = 'a dry run makes no request'

const unknownResponse = lazily(
  Object.fromEntries(
    ['status', 'url', 'content', 'json', 'msg', 'redirected', 'elapsed'].map(name => [
      name,
      () => {
        throw new Uncertain(UNKNOWN)
      },
    ]),
  ),
)

const fields = (stdout: Buffer): readonly [string, string, string, Buffer] => {
  const parts: string[] = []
  let at = 0
  for (let i = 0; i < 3; i++) {
    const end = stdout.indexOf(0, at)
    if (end < 0) return ['', '', '', Buffer.alloc(0)]
    parts.push(stdout.toString('utf8', at, end))
    at = end + 1
  }
  const [code = '', told = '', headers = ''] = parts
  return [code, told, headers, stdout.subarray(at)]
}

const notReached = (output: Output, about: { url: string; elapsed: number }): Result => {
  const said = output.stderr.toString('utf8').trim()
  const why = output.timedOut ? 'the time limit ended it' : said
  return { ...about, status: -1, failed: true, msg: `Status code was -1 and not expected: ${why}` }
}

/** What a result says itself: no server's header may say it instead. */
const OUR_OWN = new Set(
  [
    'ansible_facts attempts changed diff exception failed invocation results skip_reason skipped unreachable',
    'content elapsed json msg redirected status url',
  ].flatMap(names => names.split(' ')),
)

/** The headers of the last response: those before it belong to redirects. */
const headersOf = (text: string): Readonly<Record<string, string>> => {
  const last =
    text
      .trimEnd()
      .split(/\r?\n\r?\n/)
      .at(-1) ?? ''
  const pairs = last
    .split(/\r?\n/)
    .slice(1)
    .map(header => /^([^:]+):\s*(.*)$/.exec(header) ?? [])
  const named = pairs.flatMap(([, name = '', value = '']): [string, string][] => [
    [name.toLowerCase().replaceAll('-', '_'), value],
  ])
  return Object.fromEntries(named.filter(([name]) => name !== '' && !OUR_OWN.has(name)))
}

const json = (type: string, text: string): { readonly json?: unknown } => {
  if (!/\bjson\b/i.test(type)) return {}
  try {
    return { json: JSON.parse(text) as unknown }
  } catch (error) {
    // A server may call anything JSON; then there is content alone.
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
