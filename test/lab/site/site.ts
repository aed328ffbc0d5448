import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onHost, TestLab } from '../provision.ts'
import { failures, type Report } from '../report.ts'

export const NAME = 'www.foobar.com'
export const SITE = `https://${NAME}`
const INVENTORY = 'inventory/lab.yml'

/** What a program printed and how it ended. */
interface Printed {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The last answer to a request; `status` is 0 where there was none. */
export interface Answer {
  readonly status: number
  /** Such as `HTTP/2`. */
  readonly protocol: string
  /** By name in small letters. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What curl says of a request that failed. */
  readonly error: string
}

const run = (program: string, args: readonly string[]): Promise<Printed> =>
  new Promise(resolve => {
    const child = execFile(program, args, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr })
    })
  })

/** The site of inventory/lab.yml in a lab of its own. */
export class Site {
  readonly lab: TestLab

  private constructor(lab: TestLab) {
    this.lab = lab
  }

  static async up(name: string, image: string): Promise<Site> {
    return new Site(await TestLab.up(name, image, ['lb1', 'web1', 'web2']))
  }

  /** Runs the site's playbook, or others. */
  converge(...args: readonly string[]): ReturnType<TestLab['run']> {
    return this.lab.run(INVENTORY, ...args)
  }

  /** Saves a plan of the site's playbook in the lab's directory. */
  plan(name: string): ReturnType<TestLab['run']> {
    return this.lab.command(['plan', ...this.lab.sources(INVENTORY), '-o', this.#file(name)])
  }

  /** Carries such a plan out. */
  apply(name: string): ReturnType<TestLab['run']> {
    return this.lab.command(['apply', this.#file(name)])
  }

  #file(name: string): string {
    return join(this.lab.directory, name)
  }

  /** Runs it and expects no failure. */
  async converged(...args: readonly string[]): Promise<Report> {
    const { code, report } = await this.converge(...args)
    expect(failures(report)).toEqual([])
    expect(code).toBe(0)
    return report
  }

  /** The names of the tasks of verify.yml that fail. */
  async complaints(): Promise<string[]> {
    const { report } = await this.converge('playbooks/verify.yml')
    const names = report.tasks.filter(({ status }) => status === 'failed').map(({ task }) => task)
    return [...new Set(names)]
  }

  host(name: string): TestLab['hosts'][number] {
    return this.lab.host(name)
  }

  /** Runs a command on a host as root; what it prints, once it has succeeded. */
  on(name: string, command: string): Promise<string> {
    return onHost(this.host(name), command)
  }

  get authority(): string {
    return join(this.lab.directory, 'authority')
  }

  /** A request from outside, for a path of the site or a whole address, by curl. */
  async get(where: string, ...args: readonly string[]): Promise<Answer> {
    const url = where.startsWith('/') ? `${SITE}${where}` : where
    const names = [NAME, 'foobar.com'].flatMap(name => [`${name}:80`, `${name}:443`])
    const { stdout, stderr } = await run('curl', [
      ...['--silent', '--show-error', '--include', '--path-as-is', '--max-time', '20'],
      ...['--cacert', join(this.authority, 'ca.crt')],
      ...names.flatMap(name => ['--resolve', `${name}:${this.host('lb1').address}`]),
      ...args,
      url,
    ])
    return { ...answerIn(stdout), error: stderr.trim() }
  }

  /** The statuses of so many requests, one after the other. */
  async statuses(count: number, where: string, ...args: readonly string[]): Promise<number[]> {
    const found: number[] = []
    for (let i = 0; i < count; i++) found.push((await this.get(where, ...args)).status)
    return found
  }

  /** A file of the lab's directory with variables, as the command line takes it. */
  async variables(name: string, values: Readonly<Record<string, unknown>>): Promise<string[]> {
    const file = join(this.lab.directory, `${name}.json`)
    await writeFile(file, JSON.stringify(values))
    return ['--extra-vars', `@${file}`]
  }
}

const answerIn = (text: string): Omit<Answer, 'error'> => {
  const end = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const [name = '', value = ''] = line.split(/:\s*(.*)/s, 2)
    return [name.toLowerCase(), value]
  })
  return {
    protocol: first.split(' ')[0] ?? '',
    status: Number(first.split(' ')[1] ?? 0),
    headers: Object.fromEntries(headers),
    body: text.slice(end + 4),
  }
}
