import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LabHost } from '../../src/lab/index.ts'
import { onHost, TestLab } from './provision.ts'
import type { Report } from './report.ts'
import { MINUTES } from './limits.ts'
const IMAGE = 'debian-13'

/** How many packages are looked at, and how many may come along with one of them. */
const [COUNT, MOST] = [3, 10]

/** Packages with a service or an account of their own, not large: a line each. */
const CANDIDATES = `
apt-get -qq update
apt-cache dumpavail | awk '
  /^Package: /{ name = $2 } /^Installed-Size: /{ size = $2 }
  /^(Pre-)?Depends: /{ needs = needs $0 }
  /^$/{
    if (size < 4000 && needs ~ /adduser|init-system-helpers|systemd-sysusers/) print name
    size = needs = ""
  }'`

/** The first of them with which few others come along. */
const install = (names: readonly string[]): string => `
for name in ${names.join(' ')}; do
  coming=$(apt-get -s -o quiet=2 install -- "$name" 2>/dev/null | grep -c '^Inst ')
  [ "$coming" -gt 0 ] && [ "$coming" -le ${MOST} ] || continue
  echo "$name"
  found=$((\${found:-0} + 1))
  [ $found -lt ${COUNT} ] || break
done`

/** In an order that nobody chose: whoever wrote the code that reads packages has not met them. */
const strangers = async (scout: LabHost): Promise<string[]> => {
  const hash = (line: string): string => createHash('sha256').update(line).digest('hex')
  const names = (await onHost(scout, CANDIDATES)).split('\n')
  const byHash = names.map(name => [hash(name), name] as const).sort()
  const some = byHash.slice(0, 10 * COUNT).map(([, name]) => name)
  return (await onHost(scout, install(some))).split('\n')
}

/** What the packages hold: paths, units and accounts that their scripts name. */
const paths = (names: readonly string[]): string => `
cd /var/cache/apt/archives && apt-get -qq download ${names.join(' ')} >/dev/null
for deb in *.deb; do dpkg-deb -c "$deb" | awk '$1 ~ /^[-l]/ { print $6 }' | sed 's/^\\.//'; done |
  grep -vE '^/usr/share/(doc|man|locale|lintian)/' | sort -u | head -n 80; rm -f ./*.deb`

const playbook = (names: readonly string[], files: readonly string[]): unknown => {
  const units = files.flatMap(path => /\/systemd\/system\/([^/@]+\.service)$/.exec(path)?.[1] ?? [])
  // A failure's message is in the report, in a dry run as in a real one.
  const told = (loop: unknown, label: string, msg: string): unknown => ({
    name: label,
    fail: { msg },
    loop,
    loop_control: { label: '{{ item.item | default(item) }}' },
    ignore_errors: true,
  })
  // Contents of programs are not read ahead: too much would have to be sent.
  const content = "(stat.checksum if item.item is match('/etc/|/usr/lib/systemd/') else '')"
  return [
    {
      hosts: 'box',
      gather_facts: false,
      tasks: [
        { name: 'Packages are there', apt: { name: names, update_cache: true } },
        { stat: { path: '{{ item }}' }, loop: files, register: 'seen' },
        told(
          '{{ seen.results }}',
          'path',
          `{{ stat.exists and [stat.mode, stat.pw_name, stat.gr_name, stat.lnk_source | default(${content})] | join(' ') }}`.replaceAll(
            'stat.',
            'item.stat.',
          ),
        ),
        { service_facts: {} },
        told(
          [...new Set(units)],
          'unit',
          `{{ services[item].state | default('none') }} {{ services[item].status | default('none') }}`,
        ),
        { getent: { database: 'passwd' } },
        told(['accounts'], 'accounts', "{{ getent_passwd.keys() | sort | join(' ') }}"),
      ],
    },
  ]
}

/** What was said of each path, unit and account; null where a dry run could not know it. */
const said = ({ tasks }: Report): Map<string, string | null> =>
  new Map(
    tasks
      .filter(({ task }) => ['path', 'unit', 'accounts'].includes(task))
      .map(({ task, item, status, message }) => [
        `${task} ${String(item)}`,
        status === 'maybe' ? null : message,
      ]),
  )

test(
  'a dry run on a bare host knows what packages bring that its authors never met',
  async () => {
    const lab = await TestLab.up('t-strangers', IMAGE, ['box', 'scout'])
    try {
      const names = await strangers(lab.host('scout'))
      expect(names).toHaveLength(COUNT)
      const files = (await onHost(lab.host('scout'), paths(names))).split('\n')
      const inventory = join(lab.directory, 'hosts.yml')
      const book = join(lab.directory, 'play.yml')
      await writeFile(inventory, JSON.stringify({ all: { hosts: { box: null } } }))
      await writeFile(book, JSON.stringify(playbook(names, files)))
      const dry = said((await lab.run(inventory, book, '--dry-run')).report)
      const { report } = await lab.run(inventory, book)
      expect(report.hosts['box']).toMatchObject({ failed: 0 })
      const real = said(report)
      expect(real.size).toBeGreaterThan(COUNT)
      const wrong = [...real].flatMap(([what, then]) => {
        const before = dry.get(what)
        return before === null || before === then ? [] : [{ what, before, then }]
      })
      expect({ names, wrong }).toEqual({ names, wrong: [] })
      const unknown = [...dry].flatMap(([what, before]) => (before === null ? [what] : []))
      if (unknown.length / dry.size >= 0.1) expect(unknown).toEqual([])
    } finally {
      await lab.down()
    }
  },
  10 * MINUTES,
)
