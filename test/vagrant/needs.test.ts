import { execFileSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { ProjectFiles } from '../projectfiles.ts'

const SCRIPT = join(__dirname, '../../vagrant/needs.sh')

test.each([
  {
    system: 'Debian',
    files: { 'etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n' },
    names: 'apt-get install vagrant vagrant-libvirt',
  },
  {
    system: 'what derives from Ubuntu',
    files: { 'etc/os-release': 'ID=linuxmint\nID_LIKE="ubuntu debian"\n' },
    names: 'apt-get install vagrant vagrant-libvirt',
  },
  {
    system: 'Fedora',
    files: { 'etc/os-release': 'NAME="Fedora Linux"\nID=fedora\n' },
    names: 'dnf install vagrant vagrant-libvirt',
  },
  {
    system: 'WSL',
    files: {
      'etc/os-release': 'ID=ubuntu\nID_LIKE=debian\n',
      'proc/version': 'Linux version 5.15.0-microsoft-standard-WSL2\n',
    },
    names: 'inside of WSL 2',
  },
  {
    system: 'macOS',
    files: {},
    kernel: 'Darwin',
    names: 'brew install --cask vagrant virtualbox',
  },
  { system: 'any other', files: {}, names: 'VirtualBox, or libvirt' },
])('names what to install on $system', ({ files, kernel = 'Linux', names }) => {
  const project = new ProjectFiles('needs')
  project.write({ ...files, 'bin/uname': `#!/bin/sh\necho ${kernel}\n` })
  chmodSync(project.path('bin/uname'), 0o755)
  const PATH = `${project.path('bin')}:${process.env['PATH'] ?? ''}`
  const said = execFileSync('sh', [SCRIPT, project.directory], { env: { PATH }, encoding: 'utf8' })
  expect(said).toContain(names)
})
