import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc } from '../property.ts'
import { literal } from '../../src/probes/sqlclient.ts'
import { databases, query, variable } from '../../src/probes/sqlserver.ts'
import { ask, SHELLS, type Shell } from './shells.ts'

const directory = mkdtempSync(join(tmpdir(), 'sql-'))
afterAll(() => {
  rmSync(directory, { recursive: true })
})

const xml = (statement: string, rows: string): string =>
  `<?xml version="1.0"?>\n\n<resultset statement="${statement}\n" xmlns:xsi="x">${rows}</resultset>\n`
const row = (name: string, value: string): string =>
  `\n  <row>\n\t<field name="${name}">${value}</field>\n  </row>\n`
const VERSION = xml('SELECT VERSION() AS version', row('version', '11.8.6-MariaDB-deb13'))
const END = xml('SHOW ERRORS', '')
const failed = (message: string, code = 1064): string =>
  xml(
    'SHOW ERRORS',
    `<row><field name="Level">Error</field><field name="Code">${code}</field>
     <field name="Message">${message}</field></row>`,
  )

/** A shell on a machine with this client, and a server if `server` says so. */
const machine = (
  shell: Shell,
  client: { prints: string; says?: string; code?: number },
  server = true,
): Shell => {
  const program = (name: string, text: string): void => {
    writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(directory, name), 0o755)
  }
  rmSync(join(directory, 'mariadbd'), { force: true })
  if (server) program('mariadbd', '')
  writeFileSync(join(directory, 'prints'), client.prints)
  writeFileSync(join(directory, 'says'), client.says ?? '')
  program(
    'mariadb',
    `cat >${directory}/heard; echo "$*" >${directory}/words
cat ${directory}/says >&2; cat ${directory}/prints; exit ${client.code ?? 0}`,
  )
  return { ...shell, path: `${directory}:${shell.path}` }
}
const heard = (): string => readFileSync(join(directory, 'heard'), 'utf8')

describe.each(SHELLS)('$name', shell => {
  test('answers each question with its own rows', () => {
    const prints = VERSION + xml('SHOW …', row('Value', 'ON')) + END + xml('SHOW …', '') + END
    const answers = ask([variable('/s', 'a'), variable('/s', 'b')], machine(shell, { prints }))
    const running = { kind: 'running', engine: 'mariadb', version: '11.8.6-MariaDB-deb13' }
    expect(answers).toEqual([
      { kind: 'answer', value: { ...running, found: 'ON' } },
      { kind: 'answer', value: { ...running, found: null } },
    ])
  })

  test('one failed statement fails its own question alone', () => {
    const prints = VERSION + failed('no such table') + xml('SHOW …', row('Value', 'ON')) + END
    const says = 'ERROR 1146 (42S02) at line 5: no such table\n'
    const answers = ask(
      [variable('/s', 'a'), variable('/s', 'b')],
      machine(shell, { prints, says }),
    )
    expect(answers).toMatchObject([
      { kind: 'error', message: 'no such table' },
      { kind: 'answer', value: { found: 'ON' } },
    ])
  })

  test('a database that is not there is no failure', () => {
    const prints = VERSION + failed("Unknown database 'app'", 1049) + xml('SELECT 1', '') + END
    const [only] = ask([query('/s', 'app', 'SELECT 1')], machine(shell, { prints }))
    expect(only).toMatchObject({ kind: 'answer', value: { kind: 'running', found: null } })
  })

  test('a value that looks like markup stays a value', () => {
    const value = '&lt;/field&gt;&amp;lt;&quot;\n'
    const prints = VERSION + xml('SELECT x', row('x', value)) + END
    const [only] = ask([query('/s', '', 'SELECT x')], machine(shell, { prints }))
    expect(only).toMatchObject({ value: { found: [{ x: '</field>&lt;"\n' }] } })
  })

  test('a machine without a server says so', () => {
    const [only] = ask([databases('/s')], machine(shell, { prints: '' }, false))
    expect(only).toEqual({ kind: 'answer', value: { kind: 'not installed', leftovers: false } })
  })

  test('a server that does not listen is stopped', () => {
    const says = "ERROR 2002 (HY000): Can't connect through socket '/s' (2)"
    const [only] = ask([databases('/s')], machine(shell, { prints: '', says, code: 1 }))
    expect(only).toEqual({
      kind: 'answer',
      value: { kind: 'stopped', engine: 'mariadb', message: says },
    })
  })

  test('a server that lets nobody in is an error, not an absence', () => {
    const says = "ERROR 1698 (28000): Access denied for user 'root'@'localhost'"
    const [only] = ask([databases('/s')], machine(shell, { prints: '', says, code: 1 }))
    expect(only).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('Access denied') as string,
    })
  })

  test('a connection that breaks off leaves the rest unanswered', () => {
    const prints = VERSION + xml('SHOW …', row('Value', 'ON')) + END
    const answers = ask([variable('/s', 'a'), variable('/s', 'b')], machine(shell, { prints }))
    expect(answers).toMatchObject([{ kind: 'answer' }, { kind: 'error' }])
  })

  test('sockets are asked apart, statements travel on standard input alone', () => {
    const prints = VERSION + xml('SHOW …', row('Value', 'ON')) + END
    const answers = ask(
      [variable('/one', "it's"), variable('/two', 'b')],
      machine(shell, { prints }),
    )
    expect(answers).toMatchObject([{ kind: 'answer' }, { kind: 'answer' }])
    expect(heard()).toContain("Variable_name = 'b'")
    const words = readFileSync(join(directory, 'words'), 'utf8')
    expect(words).toContain('--socket=/two')
    expect(words).not.toContain('Variable_name')
  })
})

test('a literal holds any text, and only ends where it ends', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const written = literal(text)
      expect(written).toMatch(/^'(?:''|\\.|[^'\\])*'$/su)
      expect(read(written)).toBe(text)
    }),
  )
})

/** What a server reads, with backslashes as escapes. */
const read = (written: string): string =>
  written
    .slice(1, -1)
    .replaceAll(/''|\\(.)/gs, (pair, escaped: string | undefined) =>
      escaped === undefined ? pair.slice(1) : (ESCAPES[escaped] ?? escaped),
    )
const ESCAPES: Readonly<Record<string, string>> = { '0': '\0', n: '\n', r: '\r', Z: '\x1a' }
