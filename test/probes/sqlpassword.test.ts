import {
  cachingSha2,
  matchesCachingSha2,
  nativePassword,
  SALT_BYTES,
} from '../../src/probes/sqlpassword.ts'

// Made by MySQL 9.7.4: CREATE USER … IDENTIFIED BY 'Geheim-1'.
const STORED = Buffer.from(
  '2441243030412409774e752335670141404d6b2e7812174a726e3a66717649746f56584f74492f53485a48464f457853324d4a59772f4d6d426136587835486d48576a496e2e',
  'hex',
)

test.each([
  { case: 'the password', password: 'Geheim-1', is: true },
  { case: 'another', password: 'Geheim-2', is: false },
  { case: 'none', password: '', is: false },
])("MySQL's own hash is that of $case: $is", ({ password, is }) => {
  expect(matchesCachingSha2(STORED, password)).toBe(is)
})

test.each([
  { case: 'an account without a password', stored: '', password: '', is: true },
  { case: 'an account that nobody logs in to', stored: 'A'.repeat(70), password: '', is: false },
  { case: 'a hash cut short', stored: '$A$00A$abc', password: 'x', is: false },
])('$case: $is', ({ stored, password, is }) => {
  expect(matchesCachingSha2(Buffer.from(stored), password)).toBe(is)
})

// openssl passwd -5 -salt SALT PASSWORD, which also uses 5000 rounds.
test.each([
  ['hello', 'abcdefghijklmnop', 'PWitSpu2soJsfZ6ATsTxeTHC527GEr8VkIcYoKnV6G/'],
  [
    'a much longer pass word, of more than sixty-four bytes, so that p is repeated twice',
    'ABCDEFGHIJKLMNOP',
    'UsrQu0wv3xoE.H0lxCN5lIoszVbRt/UxWZUtXvx2Jc/',
  ],
])('SHA-256 crypt of %s with salt %s', (password, salt, digest) => {
  expect(cachingSha2(password, Buffer.from(salt)).toString()).toBe(`$A$005$${salt}${digest}`)
})

test.each(['ä', 'x'.repeat(31), 'x'.repeat(32), 'x'.repeat(33), 'x'.repeat(100)])(
  'what was made of %s matches',
  password => {
    const stored = cachingSha2(password, Buffer.alloc(SALT_BYTES, 's'))
    expect(stored).toHaveLength(70)
    expect(matchesCachingSha2(stored, password)).toBe(true)
    expect(matchesCachingSha2(stored, `${password}!`)).toBe(false)
  },
)

// SELECT PASSWORD('Geheim-1') on MariaDB 11.8.
test("MariaDB's native hash", () => {
  expect(nativePassword('Geheim-1')).toBe('*2C7A74221B61A9BAD47D1EED98E89D32A3A85065')
  expect(nativePassword('')).toBe('')
})
