import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Uncertain } from '../../src/core/uncertain.ts'
import { tlsAuthority } from '../../src/modules/tls_authority.ts'
import type { Module } from '../../src/core/module.ts'
import { pki } from '../../src/pki/index.ts'
import { prepare } from './model.ts'

const base = mkdtempSync(join(tmpdir(), 'authority-'))
afterAll(() => {
  rmSync(base, { recursive: true, force: true })
})

// As the engine knows it, whatever its parameters.
const authority: Module = tlsAuthority
const args = { directory: join(base, 'ca'), common_name: 'fleet', passphrase: 'correct horse' }
const controller = { pki, now: new Date() }

test('the authority is made when the change is carried out, and stands from then on', async () => {
  const want = await prepare(authority, args, controller)
  const [change, ...more] = authority.plan(want, {})
  expect(more).toEqual([])
  expect(change).toMatchObject({
    do: 'local',
    summary: `make the certificate authority "fleet" in ${args.directory}`,
  })
  const modelled = authority.result?.(want, {}, {}, [])
  expect(() => modelled?.['certificate']).toThrow(Uncertain)
  if (change?.do === 'local') await change.action()
  const again = await prepare(authority, args, controller)
  expect(authority.plan(again, {})).toEqual([])
  expect(authority.result?.(again, {}, {}, [])['certificate']).toContain('BEGIN CERTIFICATE')
})

test('says that a key is not encrypted', async () => {
  const want = await prepare(
    authority,
    { ...args, directory: join(base, 'no'), passphrase: '' },
    controller,
  )
  expect(authority.plan(want, {})[0]?.summary).toContain('its key not encrypted')
})
