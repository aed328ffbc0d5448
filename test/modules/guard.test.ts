import { execFileSync } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { guardOf } from '../../src/modules/guard.ts'
import { sshdConfig } from '../../src/modules/sshd_config.ts'
import { unitGuard } from '../../src/modules/systemd/guards.ts'
import { cases } from './cases/sshd_config.ts'
import { Model, prepare } from './model.ts'

test.each([
  '/etc/ssh/sshd_config',
  '/etc/ssh/sshd_config.d/x.conf',
  '/etc/sudoers',
  '/etc/sudoers.d/deploy',
  '/etc/pam.d/sshd',
  '/etc/nftables.conf',
  '/etc/network/interfaces',
  '/etc/netplan/x.yaml',
  '/root/.ssh/authorized_keys',
  '/home/deploy/.ssh/authorized_keys',
  '/home/deploy/.ssh',
])('%s can cut us off', at => {
  expect(guardOf(at)).toBeDefined()
})

test.each(['/etc/sshx', '/etc/nginx/nginx.conf', '/srv/authorized_keys', '/home/x/.ssh/config'])(
  '%s cannot',
  at => {
    expect(guardOf(at)).toBeUndefined()
  },
)

test('sshd reads its old configuration again', () => {
  expect(guardOf('/etc/ssh/sshd_config')?.undo.text).toContain('reload ssh')
  expect(guardOf('/etc/sudoers')?.undo.text).not.toContain('reload')
})

test('a unit of sshd is proved by the second connection, which sshd takes on its new terms', () => {
  expect(unitGuard('ssh.service')).toMatchObject({ secondTells: true })
  expect(unitGuard('nftables.service')).not.toHaveProperty('secondTells')
})

test.each(cases.filter(({ changes }) => changes !== undefined))(
  'sshd_config $case: proved by the second connection',
  async ({ args, answers = [] }) => {
    const want = await prepare(sshdConfig, args)
    const changes = sshdConfig.plan(want, new Model(answers).actual(sshdConfig, want))
    expect(changes).toMatchObject([{ guard: { secondTells: true } }])
  },
)

describe('what it saves it brings back', () => {
  let root: string
  let own: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'guard-'))
    own = join(root, 'own')
    mkdirSync(own)
    mkdirSync(join(root, '.ssh'))
  })
  afterEach(() => {
    rmSync(root, { recursive: true, force: true })
  })
  const at = () => join(root, '.ssh/authorized_keys')
  const run = (which: 'save' | 'undo', cwd = own) => {
    const guard = guardOf(at())
    execFileSync('sh', ['-c', guard?.[which].text ?? 'exit 1'], { cwd, stdio: 'ignore' })
  }

  test('a file', () => {
    writeFileSync(at(), 'old', { mode: 0o600 })
    run('save')
    writeFileSync(at(), 'new')
    run('undo')
    expect(readFileSync(at(), 'utf8')).toBe('old')
    expect(lstatSync(at()).mode & 0o777).toBe(0o600)
  })

  test('an absence', () => {
    run('save')
    writeFileSync(at(), 'new')
    run('undo')
    expect(() => lstatSync(at())).toThrow('ENOENT')
  })

  test('a link', () => {
    symlinkSync('elsewhere', at())
    run('save')
    rmSync(at())
    writeFileSync(at(), 'new')
    run('undo')
    expect(readlinkSync(at())).toBe('elsewhere')
  })

  test('and saves nothing outside a directory of its own', () => {
    expect(() => {
      run('save', '/')
    }).toThrow()
  })
})
