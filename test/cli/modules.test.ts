import { Cli } from './cli.ts'

jest.setTimeout(60_000)

const cli = new Cli()

test('the page of a module says what its texts have to look like', async () => {
  const { code, out } = await cli.run('modules', 'cron')
  expect(code).toBe(0)
  expect(out).toMatch(/^ {2}job, value .* Takes one line of text\.$/m)
  expect(out).toMatch(/^ {2}disabled .* but as a remark\.$/m)
})

test('and so does that of elements of a list', async () => {
  const { out } = await cli.run('modules', 'user')
  expect(out).toMatch(
    /^ {2}groups .* Takes the name or number of an account or group, or nothing\.$/m,
  )
})
