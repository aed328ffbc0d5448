import { existsSync, readFileSync } from 'node:fs'
import { HostLost, type As, type Machine, type Output, type Request } from '../../src/core/wire.ts'
import type { Ran, RunChoice } from './harness.ts'
import { inventory, play, Project } from './harness.ts'
import { Wrapped } from './wrapped.ts'

/**
 * A machine that works for the real one until `dies` says so; then it is lost. What is asked
 * meanwhile is lost when that request has been carried out, not before: the run would end it.
 */
class Mortal extends Wrapped {
  readonly #dies: (requests: readonly Request[]) => boolean
  #lastWork: Promise<unknown> | undefined

  constructor(real: Machine, dies: (requests: readonly Request[]) => boolean) {
    super(real)
    this.#dies = dies
  }

  override async run(requests: readonly Request[], as: As): Promise<readonly Output[]> {
    if (this.#lastWork === undefined) {
      const work = this.real.run(requests, as)
      if (this.#dies(requests)) this.#lastWork = work
      const outputs = await work
      if (this.#lastWork === undefined) return outputs
    }
    await this.#lastWork
    throw new HostLost('E_HOST_DIED', 'it died', { inFlight: true })
  }
}

/** The machine dies right after it has carried out a request whose script holds the text. */
const dyingAfter = (part: string): RunChoice => ({
  connect: (_, real) =>
    new Mortal(real(), requests => requests.some(({ script }) => script.text.includes(part))),
})

const tasks = `
  - { name: Config, copy: { content: new, dest: DIR/config }, notify: [Restart, Reload] }`
const handlers = `
  handlers:
    - { name: Restart, shell: "echo restart >> DIR/log", changed_when: false }
    - { name: Reload, shell: "echo reload >> DIR/log", changed_when: false }`

describe('handlers due', () => {
  test('survive a run that died between the change and the handlers', async () => {
    const project = new Project({ 'site.yml': play(tasks, handlers) })
    const due = (): string[] =>
      existsSync(project.path('kept/due'))
        ? readFileSync(project.path('kept/due'), 'utf8').trim().split('\n')
        : []

    const died = await project.run(dyingAfter('validate()'))
    expect(died.trace).toEqual(['h1 | Config | unreachable'])
    expect(readFileSync(project.path('config'), 'utf8')).toBe('new')
    expect(due()).toEqual(['"Restart"', '"Reload"'])

    const next = await project.run()
    expect(next.warnings).toEqual([
      'h1: "Restart" was notified by a run that did not finish; it runs now',
      'h1: "Reload" was notified by a run that did not finish; it runs now',
    ])
    expect(next.trace).toEqual([
      'h1 | Config | ok',
      'h1 | handler Restart | ok',
      'h1 | handler Reload | ok',
    ])
    expect(readFileSync(project.path('log'), 'utf8')).toBe('restart\nreload\n')
    expect(due()).toEqual([])

    const last = await project.run()
    expect(last.trace).toEqual(['h1 | Config | ok'])
    expect(last.warnings).toEqual([])
  })

  test('that have run are not due again, those after the death are', async () => {
    const project = new Project({ 'site.yml': play(tasks, handlers) })
    await project.run(dyingAfter('echo reload'))
    const next = await project.run()
    expect(next.trace).toEqual(['h1 | Config | ok', 'h1 | handler Reload | ok'])
  })

  test('survive a host that failed in between', async () => {
    const failing = `${tasks}\n  - { name: F, fail: { msg: stop }, when: stop | default(false) | bool }`
    const project = new Project({ 'site.yml': play(failing, handlers) })
    await project.run({ flags: { extraVars: ['stop=true'] } })
    const next = await project.run()
    expect(next.trace).toEqual([
      'h1 | Config | ok',
      'h1 | F | skipped',
      'h1 | handler Restart | ok',
      'h1 | handler Reload | ok',
    ])
  })

  test('of a role that is included only later are due in its play', async () => {
    const project = new Project({
      'site.yml': play('- { include_role: { name: r } }'),
      'roles/r/tasks/main.yml':
        '- { name: Config, copy: { content: new, dest: DIR/config }, notify: H }\n',
      'roles/r/handlers/main.yml': '- { name: H, debug: { msg: h } }\n',
    })
    await project.run(dyingAfter('validate()'))
    const next = await project.run()
    expect(next.trace).toEqual([
      'h1 | include_role | ok',
      'h1 | r : Config | ok',
      'h1 > h',
      'h1 | handler r : H | ok',
    ])
  })

  test('are told by a dry run, which leaves them due', async () => {
    const project = new Project({ 'site.yml': play(tasks, handlers) })
    await project.run(dyingAfter('validate()'))
    const dry = await project.run({ flags: { dryRun: true } })
    expect(dry.trace).toEqual([
      'h1 | Config | ok',
      'h1 | handler Restart | ok',
      'h1 | handler Reload | ok',
    ])
    const next = await project.run()
    expect(next.trace).toHaveLength(3)
  })

  test('are forgotten where changed_when says that nothing changed', async () => {
    const project = new Project({
      'site.yml': play(
        '- { name: C, command: "true", changed_when: false, notify: Restart }',
        handlers,
      ),
    })
    await project.run()
    expect(existsSync(project.path('kept/due'))).toBe(false)
    expect((await project.run()).trace).toEqual(['h1 | C | ok'])
  })

  test('of a delegated task stay with its host', async () => {
    const project = new Project({
      'inventory.yml': inventory({ h1: '{}' }),
      'site.yml': play(
        '- { name: Config, copy: { content: new, dest: DIR/config }, notify: Restart, delegate_to: localhost }',
        handlers,
      ),
    })
    const ran = await project.run()
    expect(ran.trace).toEqual(['h1 | Config | changed', 'h1 | handler Restart | ok'])
    expect(existsSync(project.path('kept/due'))).toBe(false)
    expect((await project.run()).warnings).toEqual([])
  })
})

describe('the lock', () => {
  test('lets one run at a time change a machine, and tells the other who and since when', async () => {
    const project = new Project({
      'site.yml': play(`
        - { name: Change, shell: "echo x >> DIR/log" }
        - { name: Wait, pause: { prompt: go on } }`),
    })
    const seconds: Ran[] = []
    const first = await project.run({
      prompt: async () => {
        seconds.push(await project.run({ prompt: () => '' }))
        return ''
      },
    })
    expect(first.trace).toEqual(['h1 | Change | changed', 'h1 | Wait | ok'])
    expect(seconds.map(({ trace }) => trace)).toEqual([['h1 | Change | failed']])
    expect(seconds[0]?.reports[0]).toMatchObject({
      code: 'E_LOCKED',
      message: expect.stringMatching(/: \S+@\S+ has been changing it since \d{4}-/) as string,
    })
    expect(readFileSync(project.path('log'), 'utf8')).toBe('x\n')
    const third = await project.run({ prompt: () => '' })
    expect(third.trace).toEqual(first.trace)
  })
})
