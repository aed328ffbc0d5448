import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { formatError, UserError } from '../core/error.ts'
import { imageNames, labDown, labList, labRoot, labUp, type LabHost } from '../lab/index.ts'
import { paintFor } from '../report/colour.ts'
import { installed } from './installed.ts'

const SITE = 'www.foobar.com'
const LAB = 'lab'
const HOSTS = ['lb1', 'web1', 'web2']
/** Passwords and the certificate authority that inventory/lab.yml makes up. */
const MADE_UP = '.provision/lab'
const paint = paintFor(process.stdout, process.env)

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const step = (text: string): void => {
  say(`\n${paint('bold', `== ${text}`)}`)
}

/** Runs provision itself, its output on our terminal, or given back. */
const provision = (
  args: readonly string[],
  output: 'shown' | 'given',
): Promise<{ code: number; text: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [installed('dist/cli/main.js'), ...args], {
      cwd: installed('.'),
      stdio: ['inherit', output === 'shown' ? 'inherit' : 'pipe', 'inherit'],
    })
    // Ctrl-C reaches the run, too, which ends in order; we wait for it.
    const wait = (): void => undefined
    process.on('SIGINT', wait)
    const chunks: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', code => {
      process.off('SIGINT', wait)
      resolve({ code: code ?? 1, text: Buffer.concat(chunks).toString('utf8') })
    })
  })

const must = async (args: readonly string[], what: string): Promise<void> => {
  const { code } = await provision(args, 'shown')
  if (code !== 0)
    throw new UserError('E_DEMO', `${what} ended with exit code ${code}`, {
      hint: 'the output above says why; `npm run demo -- --down` removes the hosts',
    })
}

const boot = async (image: string, existing: readonly LabHost[]): Promise<LabHost[]> => {
  const other = existing.find(host => HOSTS.includes(host.name) && host.image !== image)
  if (other !== undefined) {
    say(`the lab runs ${other.image}: it is taken down first`)
    await labDown({ lab: LAB, onProgress: say })
  }
  const hosts = await labUp({ lab: LAB, image, hosts: HOSTS, onProgress: say })
  for (const { name, address } of hosts) say(`${name.padEnd(5)} ${address.padEnd(14)} ${image}`)
  return hosts
}

const INVENTORY = ['--inventory', 'inventory/lab.yml']

/** A second run must find nothing to change; its own report is what is looked at. */
const showConverged = async (): Promise<void> => {
  const { code, text } = await provision([...INVENTORY, '--output', 'json'], 'given')
  const report = JSON.parse(text) as {
    hosts: Record<string, { ok: number; changed: number }>
    tasks: { host: string; task: string; status: string; message: string | null }[]
    roundTrips: Record<string, number>
    ms: number
  }
  for (const [name, { ok, changed }] of Object.entries(report.hosts))
    say(`${name.padEnd(5)} ok=${ok} changed=${changed} round trips=${report.roundTrips[name] ?? 0}`)
  say(`done in ${(report.ms / 1000).toFixed(1)} s`)
  const tasks = report.tasks.filter(({ status }) => status === 'changed' || status === 'failed')
  for (const { host, task, status, message } of tasks)
    say(`${status} ${host}: ${task}${message === null ? '' : `: ${message}`}`)
  if (code !== 0 || tasks.length > 0)
    throw new UserError('E_DEMO', 'the second run changed something, or failed')
}

const goodbye = (hosts: readonly LabHost[]): void => {
  const address = hosts.find(({ name }) => name === 'lb1')?.address ?? ''
  step('The site stands')
  for (const host of hosts)
    say(
      `${host.name.padEnd(5)} ${host.address.padEnd(14)} ${host.address6.padEnd(14)} ${host.image}`,
    )
  say(`
Open the site      curl --cacert ${MADE_UP}/authority/ca.crt \\
                     --resolve ${SITE}:443:${address} https://${SITE}/
... in a browser   put "${address} ${SITE} foobar.com" into /etc/hosts and let the
                   browser trust ${MADE_UP}/authority/ca.crt
Log in             node dist/cli/main.js lab ssh web1
Look again         node dist/cli/main.js --inventory inventory/lab.yml --dry-run
Remove all of it   npm run demo -- --down

Passwords and the certificate authority were made up for this lab: ${MADE_UP}, kept out of git.`)
}

const takeDown = async (): Promise<void> => {
  await labDown({ lab: LAB, onProgress: say })
  await rm(installed(MADE_UP), { recursive: true, force: true })
  say(`${MADE_UP} is removed, with its passwords and its certificate authority
what was downloaded stays for the next time: images and packages in ${labRoot()}`)
}

const demo = async ({ image, down }: { image: string; down?: true }): Promise<void> => {
  if (down === true) {
    await takeDown()
    return
  }
  // First, for it refuses a machine that cannot do it.
  const existing = await labList({ lab: LAB })
  say(`The site of ${SITE} on three hosts of this machine. The first time, images and packages
are downloaded, which takes minutes; after that it takes about five.`)
  step('Three bare hosts boot')
  const hosts = await boot(image, existing)
  step('The site is provisioned')
  await must(INVENTORY, 'provisioning')
  step('The site is verified')
  await must([...INVENTORY, 'playbooks/verify.yml'], 'verification')
  step('Provisioned once more: nothing changes')
  await showConverged()
  goodbye(hosts)
}

try {
  const command = new Command('npm run demo --')
    .description('Boots three real hosts, provisions the site on them and verifies it.')
    .addOption(
      new Option('--image <name>', 'what the hosts run').choices(imageNames).default('debian-sid'),
    )
    .option('--down', 'remove everything that the demo made')
    .parse()
  await demo(command.opts())
} catch (error) {
  if (!(error instanceof UserError)) throw error
  process.stderr.write(`${formatError(error)}\n`)
  process.exitCode = 1
}
