import { defineModule } from '../core/module.ts'
import {
  anything,
  alias,
  boolean,
  dictionaryOf,
  integer,
  list,
  oneOf,
  optional,
  secret,
  withDefault,
} from '../core/schema.ts'
import { LINE, line, path, shapeOf } from '../core/shapes.ts'
import { conditionProbes, reasonToSkip } from './command/condition.ts'
import { requestScript } from './uri/request.ts'
import { responseResult } from './uri/response.ts'

const FORMATS = ['raw', 'json', 'form-urlencoded'] as const
/** Methods that by their definition change nothing at the server. */
const SAFE = ['GET', 'HEAD', 'OPTIONS']

const address = shapeOf(String.raw`^[^\s\0]+$`, 'an address without blanks')
const verb = shapeOf('^[A-Za-z]+$', 'an HTTP method such as GET')
/** A token of RFC 9110. */
const HEADER = { pattern: "^[\\w!#$%&'*+.^`|~-]+$", title: 'names of headers' }

export const uri = defineModule({
  name: 'uri',
  summary: 'Makes an HTTP request from the host, with its curl.',
  crossesMachines: true,
  params: {
    url: address('Where to, by http or https; blanks stand there as `%20`.'),
    method: withDefault(verb('The HTTP method.'), 'GET'),
    body: optional(anything('What is sent: a text, or with `body_format` a dictionary.')),
    body_format: withDefault(oneOf(FORMATS, 'How a dictionary is sent.'), 'raw'),
    headers: optional(
      dictionaryOf({ keys: HEADER, values: LINE }, 'Headers by name, each value one line.'),
    ),
    url_username: alias(optional(line('User for basic authentication.')), 'user'),
    url_password: alias(optional(secret('Password for it.')), 'password'),
    force_basic_auth: withDefault(boolean('Accepted; the password is always sent at once.'), false),
    status_code: withDefault(list(integer('A status.'), 'Statuses that mean success.'), [200]),
    return_content: withDefault(boolean('The body is registered as `content`.'), false),
    follow_redirects: withDefault(
      oneOf(
        ['safe', 'all', 'yes', 'true', 'none', 'no', 'false', 'urllib2'],
        '`safe`: GET and HEAD only.',
      ),
      'safe',
    ),
    validate_certs: withDefault(boolean("The server's certificate must be trusted."), true),
    ca_path: optional(path('A file of certificates on the host that are trusted.')),
    client_cert: optional(path('A certificate on the host to show.')),
    client_key: optional(path('Its key.')),
    unix_socket: optional(path('A socket on the host to connect to.')),
    timeout: withDefault(integer('Seconds for the whole request.'), 30),
    http_agent: withDefault(line('The User-Agent header.'), 'provision'),
    use_proxy: withDefault(boolean("A proxy named in the host's environment is used."), true),
    creates: optional(path('Nothing is requested when something is at this path.')),
    removes: optional(path('Nothing is requested when nothing is at this path.')),
  },

  probes: (want, known) => conditionProbes(want, known),

  plan(want, actual) {
    if (reasonToSkip(want, actual) !== undefined) return []
    const method = want.method.toUpperCase()
    return [
      {
        do: 'run',
        summary: `${method} ${want.url}`,
        script: requestScript({ ...want, method }),
        codes: 'any',
        timeLimit: want.timeout + 10,
        effects: [],
        // What a server makes of another method may change anything, also here.
        scope: SAFE.includes(method) ? [] : 'everything',
        act: { kind: 'unproved' },
        onlyLooks: true,
      },
    ]
  },

  result(want, before, _, [outcome]) {
    const reason = reasonToSkip(want, before)
    if (reason !== undefined) return { msg: reason, skipped: true }
    return responseResult(outcome?.output, want)
  },
})
