import { UserError } from '../../core/error.ts'
import type { Secret } from '../../core/secret.ts'
import { isSecret } from '../../core/secret.ts'
import { constant, fed, type Script } from '../../core/shell.ts'

/** An HTTP request, as `uri` is asked for it. */
export interface UriRequest {
  readonly url: string
  readonly method: string
  readonly body: unknown
  readonly body_format: 'raw' | 'json' | 'form-urlencoded'
  readonly headers: Readonly<Record<string, unknown>> | undefined
  readonly url_username: string | undefined
  readonly url_password: Secret | undefined
  readonly follow_redirects: string
  readonly validate_certs: boolean
  readonly ca_path: string | undefined
  readonly client_cert: string | undefined
  readonly client_key: string | undefined
  readonly unix_socket: string | undefined
  readonly timeout: number
  readonly http_agent: string
  readonly use_proxy: boolean
}

/*
 * curl reads everything from its input: a command line is for all to see, and headers, passwords and
 * bodies can be secret. Printed: curl's exit code NUL, what -w asks for NUL, headers NUL, body.
 */
const ASK = constant(`
command -v curl >/dev/null 2>&1 || { echo "uri needs curl on the host" >&2; exit 127; }
directory=$(mktemp -d) || exit
trap 'rm -rf "$directory"' 0
cd "$directory" || exit
: >headers; : >body
curl -q -sS -K - -D headers -o body -w '%{http_code} %{url_effective}' >told 2>errors
printf '%s\\0' $?
cat told; printf '\\0'
cat headers; printf '\\0'
cat body
cat errors >&2
`)

/** The script that makes the request. */
export const requestScript = (request: UriRequest): Script =>
  fed(ASK, [...options(request)].map(([name, value]) => line(name, value)).join(''))

/** curl's configuration file: `name = "value"`, a flag alone. */
const line = (name: string, value: string | undefined): string =>
  value === undefined ? `${name}\n` : `${name} = "${quoted(value)}"\n`

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

const quoted = (value: string): string => {
  if (value.includes('\0')) throw new UserError('E_NUL', 'a request cannot hold a NUL character')
  return value.replaceAll(/[\\"\n\r\t\v]/g, char => ESCAPES[char] ?? char)
}

function* options(request: UriRequest): Generator<readonly [string, string?]> {
  const { method, url_username: user, url_password: password } = request
  yield ['url', request.url]
  // Brackets and braces would make several addresses of one, and file: is no request.
  yield ['globoff']
  yield ['proto', '=http,https']
  yield method === 'HEAD' ? ['head'] : ['request', method]
  yield ['max-time', String(request.timeout)]
  yield ['user-agent', request.http_agent]
  if (follows(request)) yield ['location']
  if (!request.validate_certs) yield ['insecure']
  if (!request.use_proxy) yield ['noproxy', '*']
  if (request.ca_path !== undefined) yield ['cacert', request.ca_path]
  if (request.client_cert !== undefined) yield ['cert', request.client_cert]
  if (request.client_key !== undefined) yield ['key', request.client_key]
  if (request.unix_socket !== undefined) yield ['unix-socket', request.unix_socket]
  if (user !== undefined || password !== undefined)
    yield ['user', `${user ?? ''}:${password?.reveal() ?? ''}`]
  for (const [name, value] of headersOf(request)) yield ['header', `${name}: ${value}`]
  const body = bodyOf(request)
  if (body !== undefined) yield ['data-raw', body]
}

const follows = ({ follow_redirects: follow, method }: UriRequest): boolean =>
  follow === 'safe' || follow === 'urllib2'
    ? method === 'GET' || method === 'HEAD'
    : ['all', 'yes', 'true'].includes(follow)

const TYPES = { json: 'application/json', 'form-urlencoded': 'application/x-www-form-urlencoded' }

const headersOf = ({ headers = {}, body, body_format: format }: UriRequest): [string, string][] => {
  const given = Object.entries(headers).map(([name, value]): [string, string] => [
    name,
    plain(value),
  ])
  if (body === undefined || given.some(([name]) => name.toLowerCase() === 'content-type'))
    return given
  // Without it curl would call every body a form.
  return [...given, ['Content-Type', format === 'raw' ? 'text/plain' : TYPES[format]]]
}

const bodyOf = ({ body, body_format: format }: UriRequest): string | undefined => {
  if (body === undefined || body === null) return undefined
  if (isSecret(body)) return body.reveal()
  if (typeof body === 'string') return body
  if (format === 'form-urlencoded' && typeof body === 'object') return form(body)
  return JSON.stringify(body)
}

const form = (body: object): string => {
  const pairs = Array.isArray(body)
    ? (body as readonly (readonly [unknown, unknown])[])
    : Object.entries(body as Readonly<Record<string, unknown>>)
  const parameters = new URLSearchParams()
  for (const [name, value] of pairs)
    for (const item of Array.isArray(value) ? (value as readonly unknown[]) : [value])
      parameters.append(plain(name), plain(item))
  return parameters.toString()
}

const plain = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)
