import { defineModule } from '../core/module.ts'
import { path as place, type Probe } from '../core/probe.ts'
import { withUncertain } from '../core/uncertain.ts'
import { identity, type Identity } from '../probes/identity.ts'
import { path, type PathInfo } from '../probes/path.ts'
import { pemFiles, type PemFiles } from '../probes/pem.ts'
import { resolve, type Resolved } from '../probes/resolve.ts'
import { setAttributes } from './attributes.ts'
import { parentOf } from './destination.ts'
import { attributesOf, issue, settle, type Place } from './tls/changes.ts'
import { certificatesIn, filesOf } from './tls/files.ts'
import { ownBundle, requestOf, standing, type Ready } from './tls/judge.ts'
import { checkTls, TLS_PARAMS } from './tls/params.ts'
import { passphraseOf } from './tls/passphrase.ts'

type Questions = {
  readonly pem: Probe<PemFiles>
  readonly who: Probe<Identity>
  readonly [name: `resolved:${string}`]: Probe<Resolved>
  readonly [name: `info:${string}`]: Probe<PathInfo>
  readonly [name: `parent:${string}`]: Probe<PathInfo>
}

export const tlsCertificate = defineModule({
  name: 'tls_certificate',
  summary:
    'Ensures that a host has a certificate with its key: issued and renewed by the fleet authority, or your own.',
  params: TLS_PARAMS,
  check: checkTls,

  async prepare(want, { pki, now }): Promise<Ready> {
    const authority =
      want.authority === undefined
        ? null
        : await pki.authority(want.authority, passphraseOf(want.passphrase))
    return { authority, pki, now }
  },

  probes(want, known): Questions {
    const files = filesOf(want)
    const places = files.map(file => known(resolve(file.path))?.physical ?? file.path)
    const all = <A>(name: string, probe: (at: string) => Probe<A>) =>
      Object.fromEntries(files.map((file, i) => [`${name}:${file.name}`, probe(places[i] ?? '')]))
    return {
      pem: pemFiles(places),
      who: identity(),
      ...Object.fromEntries(files.map(file => [`resolved:${file.name}`, resolve(file.path)])),
      ...all('info', path),
      ...all('parent', at => path(parentOf(at))),
    }
  },

  reach: want => filesOf(want).map(file => place(file.path)),

  plan(want, actual) {
    const { prepared: ready } = want
    const places = filesOf(want).map((file): Place => ({
      ...file,
      at: actual[`resolved:${file.name}`]?.physical ?? file.path,
      info: actual[`info:${file.name}`] ?? null,
      parent: actual[`parent:${file.name}`] ?? null,
      who: actual.who,
    }))
    const found = actual.pem
    if (found === null) throw new Error('the files of a certificate are never absent as a whole')
    if (found.kind === 'issued' && found.request === JSON.stringify(requestOf(want)))
      return places.flatMap(file =>
        file.info === null ? [] : setAttributes(file.at, file.info, attributesOf(want, file)),
      )
    const read = found.kind === 'read' ? found : { kind: 'read' as const, texts: [] }
    const bundle =
      want.authority === undefined
        ? ownBundle(want, ready)
        : standing(want, places, { found: read, ready })
    if (typeof bundle === 'string') return issue(want, places, { ready, why: bundle })
    return settle(want, places, { bundle, texts: read.texts.map(text => text?.reveal()) })
  },

  result(want, _before, { pem }, outcomes) {
    const issued = outcomes.some(({ change }) => change.do === 'local')
    const index = filesOf(want).findIndex(
      file => file.name !== 'key_path' && file.name !== 'chain_path',
    )
    const text = pem?.kind === 'read' ? pem.texts[index]?.reveal() : undefined
    const { first } = certificatesIn(text ?? '')
    if (first === undefined)
      return withUncertain(
        { issued, not_after: '', fingerprint: '', certificate: '' },
        ['not_after', 'fingerprint', 'certificate'],
        'the certificate has not been issued yet',
      )
    const { notAfter, fingerprint } = want.prepared.pki.describe(first)
    return { issued, not_after: notAfter.toISOString(), fingerprint, certificate: first }
  },
})
