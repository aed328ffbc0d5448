import { spawn } from 'node:child_process'
import { Command } from 'commander'
import { formatError, UserError } from '../core/error.ts'
import { labDown, labList, labUp, type LabHost } from '../lab/index.ts'
import { paintFor } from '../report/colour.ts'
import { installed } from './installed.ts'

const LAB = 'lab'
const HOSTS = ['lb1', 'web1', 'web2']
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
    const chunks: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', code => {
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

const boot = async (image: string): Promise<LabHost[]> => {
  const existing = await labList({ lab: LAB })
  const other = existing.find(host => HOSTS.includes(host.name) && host.image !== image)
  if (other !== undefined) {
    say(`the lab runs ${other.image}: it is taken down first`)
    await labDown({ lab: LAB, onProgress: say })
  }
  return labUp({ lab: LAB, image, hosts: HOSTS, onProgress: say })
}

const INVENTORY = ['--inventory', 'inventory/lab.yml']

/** A second run must find nothing to change; its own report is what is looked at. */
const showConverged = async (): Promise<void> => {
  const { code, text } = await provision([...INVENTORY, '--output', 'json'], 'given')
  const report = JSON.parse(text) as {
    hosts: Record<string, { ok: number; changed: number }>
    roundTrips: Record<string, number>
    ms: number
  }
  for (const [name, { ok, changed }] of Object.entries(report.hosts))
    say(`${name.padEnd(5)} ok=${ok} changed=${changed} round trips=${report.roundTrips[name] ?? 0}`)
  say(`done in ${(report.ms / 1000).toFixed(1)} s`)
  const changed = Object.values(report.hosts).some(host => host.changed > 0)
  if (code !== 0 || changed)
    throw new UserError('E_DEMO', 'the second run changed something, or failed')
}

const goodbye = (hosts: readonly LabHost[]): void => {
  const lb = hosts.find(({ name }) => name === 'lb1')
  step('The site stands')
  for (const { name, address, image } of hosts)
    say(`${name.padEnd(5)} ${address.padEnd(14)} ${image}`)
  say(`
Open the site    curl --cacert .provision/authority/ca.crt \\
                   --resolve www.foobar.com:443:${lb?.address ?? ''} https://www.foobar.com/
In a browser     put "${lb?.address ?? ''} www.foobar.com foobar.com" into /etc/hosts and trust
                 .provision/authority/ca.crt
Log in           npx provision lab ssh web1
Look again       npx provision --inventory inventory/lab.yml --dry-run
Remove all of it npm run demo -- --down`)
}

const demo = async ({ image, down }: { image: string; down?: true }): Promise<void> => {
  if (down === true) {
    await labDown({ lab: LAB, onProgress: say })
    return
  }
  step('Three bare hosts boot')
  const hosts = await boot(image)
  step('The site is provisioned')
  await must(INVENTORY, 'provisioning')
  step('The site is verified')
  await must([...INVENTORY, 'playbooks/verify.yml'], 'verification')
  step('Provisioned once more: nothing changes')
  await showConverged()
  goodbye(hosts)
}

try {
  const command = new Command('demo')
    .option('--image <name>', 'debian-12, debian-13 or debian-sid', 'debian-sid')
    .option('--down', 'remove everything that the demo made')
    .parse()
  await demo(command.opts())
} catch (error) {
  if (!(error instanceof UserError)) throw error
  process.stderr.write(`${formatError(error)}\n`)
  process.exitCode = 1
}
