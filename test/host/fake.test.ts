import { sh } from '../../src/core/shell.ts'
import { FakeMachine } from '../../src/host/fake.ts'
import { LOGIN } from './support.ts'

test('answers are filled up, and what waits for success is skipped after a failure', async () => {
  const machine = new FakeMachine({
    answer: ({ script }) => (script.text === 'false' ? { code: 1 } : { stdout: script.text }),
  })
  const outputs = await machine.run(
    [{ script: sh`a` }, { script: sh`false` }, { script: sh`b`, afterSuccess: true }],
    LOGIN,
  )
  expect(outputs.map(({ code, stdout }) => [code, stdout.toString()])).toEqual([
    [0, 'a'],
    [1, ''],
    [-1, ''],
  ])
  expect(machine.scripts).toEqual(['a', 'false'])
})

test('round trips are counted as on a real machine', async () => {
  const machine = new FakeMachine({ answer: () => ({}), latency: 10 })
  const ask = () => machine.run([{ script: sh`true` }], LOGIN)
  await Promise.all([ask(), ask()])
  expect(machine.roundTrips.counted).toBe(1)
  await ask()
  expect(machine.roundTrips.counted).toBe(2)
})

test('a machine can die, or hang until it is given up', async () => {
  const machine = new FakeMachine({
    answer: ({ script }) => ({ fault: script.text === 'die' ? 'dies' : 'hangs' }),
  })
  const lost = { code: 'E_HOST_DIED', inFlight: true }
  await expect(machine.run([{ script: sh`die` }], LOGIN)).rejects.toMatchObject(lost)
  const hanging = expect(machine.run([{ script: sh`hang` }], LOGIN)).rejects.toMatchObject(lost)
  await new Promise(resolve => setTimeout(resolve, 10))
  await machine.close()
  await hanging
})
