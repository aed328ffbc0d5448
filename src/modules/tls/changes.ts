import { createHash } from 'node:crypto'
import { becomes, type Change, type Effect, type Put } from '../../core/change.ts'
import type { CertificateRequest } from '../../core/controller.ts'
import { fieldsDiff } from '../../core/diff.ts'
import { UserError } from '../../core/error.ts'
import { path as place } from '../../core/probe.ts'
import { keep } from '../../core/secret.ts'
import { withFields } from '../../core/uncertain.ts'
import type { Source } from '../../core/wire.ts'
import { contentOf, novelContent, sizeOf, type Content } from '../../probes/content.ts'
import { fileAppears } from '../../probes/effects.ts'
import type { Identity } from '../../probes/identity.ts'
import type { PathInfo } from '../../probes/path.ts'
import { pemFiles } from '../../probes/pem.ts'
import { newInfo, setAttributes, withAttributes, type Attributes } from '../attributes.ts'
import { modeOf } from '../mode.ts'
import { requireParent } from '../putfile.ts'
import { textOf, type Bundle, type TlsFile } from './files.ts'
import { requestOf, type Ready } from './judge.ts'
import type { TlsWant } from './params.ts'

/** One of the certificate's files with what is at its place. */
export interface Place extends TlsFile {
  /** Without links. */
  readonly at: string
  readonly info: PathInfo | null
  readonly parent: PathInfo | null
  readonly who: Identity | null
}

const CERTIFICATE_MODE = '0644'
const UNISSUED = 'it is known only once the certificate has been issued'

/** Issues a certificate on the controller and writes every file; the key is made on the way. */
export const issue = (
  want: TlsWant,
  places: readonly Place[],
  { ready, why }: { ready: Ready; why: string },
): readonly Change[] => {
  const request = requestOf(want)
  let issued: Bundle | undefined
  const local: Change = {
    do: 'local',
    summary: `issue a certificate for ${request.commonName}: ${why}`,
    async action() {
      if (ready.authority === null)
        throw new UserError('E_AUTHORITY', `there is no authority in ${want.authority ?? ''}`, {
          hint: 'make it first, with tls_authority',
        })
      const fresh = await ready.authority.issue(request)
      issued = { ...fresh, chain: ready.authority.certificate }
    },
    effects: [],
    scope: [],
    diff: fieldsDiff('certificate', {}, requestShown(request)),
  }
  const text = (file: TlsFile) => (): string => {
    if (issued === undefined) throw new Error('a certificate is written before it was issued')
    return textOf(file, issued)
  }
  const will = { kind: 'issued', request: JSON.stringify(request) } as const
  const effect = becomes(pemFiles(places.map(({ at }) => at)), will)
  const chain = ready.authority?.certificate
  const content = (file: Place): Content =>
    file.name === 'chain_path' && chain !== undefined
      ? contentOf(Buffer.from(chain))
      : novelContent(`${NOVEL[file.name]} for ${request.commonName} at ${file.at}`, UNISSUED)
  return [
    local,
    ...places.map(file =>
      write(want, file, { source: later(text(file)), content: content(file), effect }),
    ),
  ]
}

/** What a file that is yet to be issued will hold. */
const NOVEL: Readonly<Record<TlsFile['name'], string>> = {
  path: 'certificate',
  key_path: 'private key',
  chain_path: 'certificate of the authority',
  full_chain_path: 'certificate with its chain',
  combined_path: 'certificate with its key',
}

const requestShown = ({ commonName, dnsNames, addresses, days }: CertificateRequest) => ({
  subject: commonName,
  names: [...dnsNames, ...addresses].join(', '),
  'days valid': String(days),
})

/** Makes every file hold its part of a certificate and key that are known. */
export const settle = (
  want: TlsWant,
  places: readonly Place[],
  { bundle, texts }: { bundle: Bundle; texts: readonly (string | undefined)[] },
): readonly Change[] => {
  const wanted = places.map(file => textOf(file, bundle))
  const all = { kind: 'read', texts: wanted.map(keep) } as const
  const effect = becomes(pemFiles(places.map(({ at }) => at)), all)
  return places.flatMap((file, i): readonly Change[] => {
    const text = wanted[i] ?? ''
    const attributes = attributesOf(want, file)
    if (file.info !== null && texts[i] === text)
      return setAttributes(file.at, file.info, attributes)
    return [
      write(want, file, {
        source: later(() => text),
        content: contentOf(Buffer.from(text)),
        effect,
      }),
    ]
  })
}

/** Mode, owner and group of one of the files. */
export const attributesOf = (want: TlsWant, { holdsKey }: TlsFile): Attributes => ({
  mode: holdsKey ? want.mode : CERTIFICATE_MODE,
  owner: want.owner,
  group: want.group,
})

interface New {
  readonly source: Source
  readonly content: Content
  readonly effect: Effect
}

const write = (want: TlsWant, file: Place, { source, content, effect }: New): Put => {
  const { at, info, parent } = file
  requireParent(at, parent)
  const attributes = attributesOf(want, file)
  const existing = info?.kind === 'file' ? info : null
  const mode = modeOf(attributes.mode ?? '', { mode: CERTIFICATE_MODE, kind: 'file' })
  const made = withAttributes(existing ?? newInfo('file', mode, file), attributes)
  const sized = withFields(made, sizeOf(content))
  const what = file.holdsKey ? 'a private key' : 'a certificate'
  return {
    do: 'put',
    summary: `write ${at}`,
    // What a file with a key holds, no diff shows.
    diff: {
      kind: 'fields',
      of: at,
      fields: [{ name: 'content', before: existing === null ? null : 'another', after: what }],
    },
    source,
    to: at,
    mode,
    owner: want.owner ?? existing?.owner,
    group: want.group ?? existing?.group,
    effects: [...fileAppears(at, sized, content), effect],
    scope: [place(at)],
  }
}

/** Bytes that are made when they are first asked for: once the certificate has been issued. */
const later = (text: () => string): Source => {
  let made: Buffer | undefined
  const bytes = (): Buffer => (made ??= Buffer.from(text()))
  return {
    get size() {
      return bytes().length
    },
    get sha256() {
      return createHash('sha256').update(bytes()).digest('hex')
    },
    open: () => [bytes()],
  }
}
