import type { Authority } from '../core/controller.ts'
import { UserError } from '../core/error.ts'
import { defineModule } from '../core/module.ts'
import { integer, optional, secret, withDefault } from '../core/schema.ts'
import { line, path } from '../core/shapes.ts'
import { withUncertain } from '../core/uncertain.ts'
import { passphraseOf } from './tls/passphrase.ts'

interface Ready {
  readonly authority: Authority | null
  readonly now: Date
  readonly create: () => Promise<unknown>
}

const DAY = 86_400_000

export const tlsAuthority = defineModule({
  name: 'tls_authority',
  summary:
    "Ensures that the fleet's certificate authority exists, in a directory of the controller.",
  crossesMachines: true,
  params: {
    directory: path('Directory on the controller, made for it; it holds ca.crt and ca.key.'),
    common_name: line("The authority's name."),
    days: withDefault(integer('Days that its certificate is valid.'), 3650),
    passphrase: optional(
      secret(
        'Encrypts its key; without one (or with an empty one) only file permissions guard it.',
      ),
    ),
  },
  touches: [],

  async prepare(want, { pki, now }): Promise<Ready> {
    const { directory, common_name: commonName, days } = want
    const passphrase = passphraseOf(want.passphrase)
    return {
      authority: await pki.authority(directory, passphrase),
      now,
      create: () => pki.createAuthority({ directory, commonName, days, passphrase }),
    }
  },

  probes: () => ({}),

  plan({ prepared: { authority, now, create }, directory, common_name: name, passphrase }) {
    if (authority === null) {
      const open = passphraseOf(passphrase) === undefined ? ', its key not encrypted' : ''
      return [
        {
          do: 'local',
          summary: `make the certificate authority "${name}" in ${directory}${open}`,
          action: async () => {
            await create()
          },
          effects: [],
          scope: [],
        },
      ]
    }
    const { subject, notAfter } = authority.description
    if (subject !== `CN=${name}`)
      throw new UserError('E_AUTHORITY', `${directory} holds another authority: ${subject}`, {
        hint: 'name another directory, or use its common_name',
      })
    if (notAfter.getTime() < now.getTime() + DAY)
      throw new UserError('E_AUTHORITY', `the authority in ${directory} has expired`, {
        hint: 'move the directory away: a new authority is made, and every certificate is renewed',
      })
    return []
  },

  result({ prepared: { authority }, directory }) {
    if (authority === null)
      return withUncertain(
        { directory, certificate: '', not_after: '', fingerprint: '' },
        ['certificate', 'not_after', 'fingerprint'],
        'the authority has not been made yet',
      )
    const { certificate, description } = authority
    const { fingerprint, notAfter } = description
    return { directory, certificate, fingerprint, not_after: notAfter.toISOString() }
  },
})
