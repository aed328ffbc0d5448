import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { AptSetup } from '../../src/lab/apt.ts'
import { labRoot } from '../../src/lab/index.ts'
import { sourcesOf } from '../../src/lab/recipe.ts'
import { must, run } from './command.ts'
import { servePackages } from './packagecache.ts'
import { say } from './steps.ts'

const STOCK = 'debian/bookworm64'
const OWN = 'provision-test/bookworm64'
const SUITE = 'bookworm'

const PACKAGES = [
  ...['systemd', 'systemd-sysv', 'dbus', 'libpam-systemd', 'openssh-server', 'sudo', 'udev'],
  ...['iproute2', 'iputils-ping', 'netbase', 'procps', 'ca-certificates', 'tzdata', 'kmod'],
  ...['ifupdown', 'isc-dhcp-client', 'nftables', 'zstd'],
  ...['linux-image-cloud-amd64', 'initramfs-tools', 'grub-pc-bin', 'grub-common'],
  // What unattended-upgrades needs compiles its bytes for minutes under emulation.
  ...['python3', 'python3-apt', 'python3-dbus', 'python3-distro-info', 'lsb-release'],
]

/** A box by its name, and what takes it away again; a stock box stays, for the next time. */
interface Box {
  readonly name: string
  readonly remove: () => Promise<void>
}

/** The stock box, or one of our own where it cannot be had and this machine can build one. */
export const boxFor = async (provider: string, apt: AptSetup | undefined): Promise<Box> => {
  const wanted = process.env['VM_BOX'] ?? STOCK
  const listed = await must('vagrant', ['box', 'list'])
  const stock = { name: wanted, remove: () => Promise.resolve() }
  if (listed.split('\n').some(line => line.startsWith(`${wanted} `) && line.includes(provider)))
    return stock
  const { code, output } = await run('vagrant', ['box', 'add', wanted, '--provider', provider])
  if (code === 0) return stock
  const why = /Error: (.*)/.exec(output)?.[1] ?? output.trim()
  if (apt === undefined || provider !== 'libvirt')
    throw new Error(`the box ${wanted} cannot be had: ${why}`)
  say(`the stock box ${wanted} cannot be had (${why}): a box of our own takes its place`)
  return ownBox(apt)
}

const ownBox = async (apt: AptSetup): Promise<Box> => {
  const file = await buildOnce(apt)
  const add = ['box', 'add', file, '--name', OWN, '--provider', 'libvirt', '--force']
  await must('vagrant', add)
  return {
    name: OWN,
    remove: async () => {
      if ((await must('vagrant', ['box', 'list'])).includes(OWN))
        await must('vagrant', ['box', 'remove', OWN, '--force', '--all'])
    },
  }
}

const scriptOf = (name: string): string => join(import.meta.dirname, 'box', `${name}.sh`)

/** The file of our own box, built when this machine has none of this recipe. */
const buildOnce = async (apt: AptSetup): Promise<string> => {
  const sources = sourcesOf(SUITE, apt)
  const scripts = ['customize', 'image'].map(name => readFileSync(scriptOf(name), 'utf8'))
  const recipe = JSON.stringify([sources, apt.options, PACKAGES, scripts])
  const key = createHash('sha256').update(recipe).digest('hex').slice(0, 12)
  const folder = join(labRoot(), 'boxes')
  const file = join(folder, `${SUITE}-${key}.box`)
  if (existsSync(file)) {
    say(`it was built before: ${file}`)
    return file
  }
  await mkdir(folder, { recursive: true })
  const workshop = await mkdtemp(join(folder, '.build-'))
  try {
    await rename(await build(workshop, sources, apt), file)
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
  return file
}

const build = async (
  workshop: string,
  sources: readonly string[],
  apt: AptSetup,
): Promise<string> => {
  const [root, box] = [join(workshop, 'root'), join(workshop, 'own.box')]
  const { proxy, close } = await servePackages('127.0.0.1', apt)
  const aptOptions = [proxy, ...apt.options]
  try {
    await must('mmdebstrap', [
      ...['--mode=root', '--variant=minbase', '--quiet', `--include=${PACKAGES.join(',')}`],
      ...aptOptions.map(option => `--aptopt=${option}`),
      `--customize-hook=sh ${scriptOf('customize')} "$1" '${await newcomersKey()}'`,
      // What has our proxy in it.
      '--customize-hook=rm "$1/etc/apt/apt.conf.d/99mmdebstrap"',
      ...[SUITE, root, ...sources],
    ])
  } finally {
    await close()
  }
  await writeFile(
    join(root, 'etc/apt/apt.conf.d/90box'),
    apt.options.map(line => `${line}\n`).join(''),
  )
  await must('sh', [scriptOf('image'), root, join(workshop, 'box.img')])
  await writeFile(join(workshop, 'metadata.json'), METADATA)
  await writeFile(join(workshop, 'Vagrantfile'), 'Vagrant.configure("2") { |config| }\n')
  await must('tar', ['-C', workshop, '-cf', box, 'metadata.json', 'Vagrantfile', 'box.img'])
  return box
}

const METADATA = JSON.stringify({ provider: 'libvirt', format: 'qcow2', virtual_size: 8 })

/** The public half of the key by which Vagrant first logs in, before it makes a key of its own. */
const newcomersKey = async (): Promise<string> => {
  const home = process.env['VAGRANT_HOME'] ?? join(homedir(), '.vagrant.d')
  return (await must('ssh-keygen', ['-y', '-f', join(home, 'insecure_private_key')])).trim()
}
