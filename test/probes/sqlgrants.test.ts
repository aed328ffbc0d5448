import { grantStatements, joined, readGrants, wantedGrants } from '../../src/probes/sqlgrants.ts'

const read = (...rows: string[]) => [...readGrants(rows, ['SELECT', 'INSERT', 'CLONE_ADMIN'])]
const grant = (privileges: string[], grantOption = false) => ({ privileges, grantOption })

test.each([
  { case: 'nothing', rows: ['GRANT USAGE ON *.* TO `a`@`%`'], is: [] },
  {
    case: 'a list',
    rows: ['GRANT SELECT, INSERT ON `app`.* TO `a`@`%`'],
    is: [['`app`.*', grant(['INSERT', 'SELECT'])]],
  },
  {
    case: 'everything in one word',
    rows: ['GRANT ALL PRIVILEGES ON `app`.`t` TO `a`@`%` WITH GRANT OPTION'],
    is: [['`app`.`t`', grant(['ALL'], true)]],
  },
  {
    case: "everything in MySQL's two lists",
    rows: ['GRANT INSERT, SELECT ON *.* TO `r`@`h`', 'GRANT CLONE_ADMIN ON *.* TO `r`@`h`'],
    is: [['*.*', grant(['ALL'])]],
  },
  {
    case: 'columns, also with odd names',
    rows: ['GRANT SELECT (`b``c`, `a`), UPDATE (`a`) ON `app`.`t` TO `a`@`%`'],
    is: [['`app`.`t`', grant(['SELECT (`a`, `b``c`)', 'UPDATE (`a`)'])]],
  },
  {
    case: 'a procedure',
    rows: ['GRANT EXECUTE ON PROCEDURE `app`.`p` TO `a`@`%`'],
    is: [['PROCEDURE `app`.`p`', grant(['EXECUTE'])]],
  },
  {
    case: "MariaDB's hash beside the privileges, without keeping it",
    rows: ["GRANT BINLOG MONITOR ON *.* TO `a`@`%` IDENTIFIED BY PASSWORD '*8B' REQUIRE SSL"],
    is: [['*.*', grant(['REPLICATION CLIENT'])]],
  },
  {
    case: 'an object whose name looks like the end of the sentence',
    rows: ['GRANT SELECT ON ` ON *.* TO `.* TO `a`@`%`'],
    is: [['` ON *.* TO `.*', grant(['SELECT'])]],
  },
  {
    case: 'no role and no proxy',
    rows: ['GRANT `role`@`%` TO `a`@`%`', "GRANT PROXY ON ''@'%' TO 'root'@'localhost'"],
    is: [],
  },
])('reads $case', ({ rows, is }) => {
  expect(read(...rows)).toEqual(is)
})

test.each([
  { priv: 'app.*:SELECT,insert', is: [['`app`.*', grant(['INSERT', 'SELECT'])]] },
  { priv: 'app:ALL', is: [['`app`.*', grant(['ALL'])]] },
  {
    priv: '*.*:REPLICATION  SLAVE/app.t:SELECT(b,a),GRANT',
    is: [
      ['*.*', grant(['REPLICATION SLAVE'])],
      ['`app`.`t`', grant(['SELECT (`a`, `b`)'], true)],
    ],
  },
  { priv: { 'app.*': ['SELECT', 'INSERT'] }, is: [['`app`.*', grant(['INSERT', 'SELECT'])]] },
  { priv: ['app.*:SELECT', 'app.*:INSERT'], is: [['`app`.*', grant(['INSERT', 'SELECT'])]] },
  { priv: '`odd.name`.*:SELECT', is: [['`odd.name`.*', grant(['SELECT'])]] },
  { priv: 'PROCEDURE app.p:EXECUTE', is: [['PROCEDURE `app`.`p`', grant(['EXECUTE'])]] },
  { priv: '*.*:USAGE', is: [] },
])('wants $priv', ({ priv, is }) => {
  expect([...wantedGrants(priv)]).toEqual(is)
})

test.each(['SELECT', 'a.b.c:SELECT', 7])('refuses %p', priv => {
  expect(() => wantedGrants(priv)).toThrow(/priv/)
})

test.each([
  { case: 'nothing', have: 'app.*:SELECT', want: 'app.*:SELECT', runs: [] },
  {
    case: 'more and less',
    have: 'app.*:SELECT,DELETE',
    want: 'app.*:SELECT,INSERT',
    runs: ['REVOKE DELETE ON `app`.* FROM a', 'GRANT INSERT ON `app`.* TO a'],
  },
  {
    case: 'another object',
    have: 'app.*:SELECT',
    want: 'new.*:SELECT',
    runs: ['REVOKE SELECT ON `app`.* FROM a', 'GRANT SELECT ON `new`.* TO a'],
  },
  {
    case: 'the right to grant',
    have: 'app.*:SELECT',
    want: 'app.*:SELECT,GRANT',
    runs: ['GRANT USAGE ON `app`.* TO a WITH GRANT OPTION'],
  },
  {
    case: 'no right to grant',
    have: 'app.*:SELECT,GRANT',
    want: 'app.*:SELECT',
    runs: ['REVOKE GRANT OPTION ON `app`.* FROM a'],
  },
  {
    case: 'everything, without a moment of nothing',
    have: 'app.*:SELECT',
    want: 'app.*:ALL',
    runs: ['GRANT ALL ON `app`.* TO a'],
  },
  {
    case: 'less than everything',
    have: 'app.*:ALL',
    want: 'app.*:SELECT',
    runs: ['REVOKE ALL ON `app`.* FROM a', 'GRANT SELECT ON `app`.* TO a'],
  },
])('grants $case', ({ have, want, runs }) => {
  expect(grantStatements(wantedGrants(have), wantedGrants(want), 'a')).toEqual(runs)
})

test('joins what is there with what is added', () => {
  expect([...joined(wantedGrants('a.*:SELECT'), wantedGrants('a.*:INSERT/b.*:ALL'))]).toEqual([
    ['`a`.*', grant(['INSERT', 'SELECT'])],
    ['`b`.*', grant(['ALL'])],
  ])
})
