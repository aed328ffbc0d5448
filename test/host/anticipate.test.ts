import { sh } from '../../src/core/shell.ts'
import { HostLost } from '../../src/core/wire.ts'
import type { Transport } from '../../src/host/channel.ts'
import { localTransport } from '../../src/host/local.ts'
import { ConnectedMachine } from '../../src/host/machine.ts'
import { LOGIN, text } from './support.ts'

const made: ConnectedMachine[] = []
afterEach(async () => {
  for (const machine of made.splice(0)) await machine.close()
})

/** A machine that counts how often it is connected to; the first connection may fail. */
const machineThat = (first: 'opens' | 'is refused') => {
  const opened = { count: 0 }
  const machine = new ConnectedMachine({
    target: 'counted',
    become: { method: 'sudo', password: undefined },
    timeout: 10,
    open: (): Promise<Transport> => {
      opened.count++
      return opened.count === 1 && first === 'is refused'
        ? Promise.reject(new HostLost('E_REFUSED', 'refused'))
        : Promise.resolve(localTransport())
    },
  })
  made.push(machine)
  return { machine, opened }
}

const hello = [{ script: sh`echo hello` }]

test('what was anticipated is there for the request that comes', async () => {
  const { machine, opened } = machineThat('opens')
  await Promise.all([machine.anticipate(LOGIN), machine.anticipate(LOGIN)])
  expect(opened.count).toBe(1)
  const [output] = await machine.run(hello, LOGIN)
  expect(output && text(output).out).toBe('hello\n')
  await machine.anticipate(LOGIN)
  expect(opened.count).toBe(1)
})

test('a failure is told to the first request, which does not try again', async () => {
  const { machine, opened } = machineThat('is refused')
  await machine.anticipate(LOGIN)
  await machine.anticipate(LOGIN)
  await expect(machine.run(hello, LOGIN)).rejects.toThrow('refused')
  expect(opened.count).toBe(1)
  const [output] = await machine.run(hello, LOGIN)
  expect(output && text(output).out).toBe('hello\n')
  expect(opened.count).toBe(2)
})

test('a connection that nobody came to need is closed with the others', async () => {
  const { machine, opened } = machineThat('opens')
  await machine.anticipate(LOGIN)
  await machine.close()
  await expect(machine.run(hello, LOGIN)).rejects.toThrow('closed')
  expect(opened.count).toBe(1)
})

test('it is anticipated once the machine has been asked, not once it has answered', async () => {
  let answer: (transport: Transport) => void = () => undefined
  const machine = new ConnectedMachine({
    target: 'slow',
    become: { method: 'sudo', password: undefined },
    timeout: 10,
    open: waited => {
      waited()
      return new Promise(resolve => (answer = resolve))
    },
  })
  made.push(machine)
  await machine.anticipate(LOGIN)
  answer(localTransport())
  const [output] = await machine.run(hello, LOGIN)
  expect(output && text(output).out).toBe('hello\n')
})
