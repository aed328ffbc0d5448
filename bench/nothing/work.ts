const PACKAGES = ['nginx', 'haproxy', 'php-fpm', 'sudo', 'curl', 'nftables']
const SERVICES = ['nginx', 'haproxy', 'nginx']
const counted = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** The templates by name: a comment, two variables and a loop. */
export const templates = (): readonly (readonly [string, string])[] =>
  counted(20).map(n => [
    `c${n}.j2`,
    `# managed\nserver_name {{ domain }};\nworkers {{ workers }};\n{% for n in range(30) %}line {{ n }} of ${n}\n{% endfor %}\n`,
  ])

/**
 * 51 tasks, for Ansible and for us. `systemd`, since Debian 12's Mitogen and Ansible do not agree over
 * `service` ("cannot unpickle AnsibleUnsafeText").
 */
export const PLAYBOOK = [
  '- hosts: web',
  '  gather_facts: true',
  '  vars: { domain: www.example.com, workers: 4 }',
  '  tasks:',
  ...PACKAGES.map(name => `    - { name: package ${name}, apt: { name: ${name} } }`),
  ...counted(10).map(
    n =>
      `    - { name: directory ${n}, file: { path: /srv/bench/d${n}, state: directory, mode: "0755" } }`,
  ),
  ...counted(20).map(
    n =>
      `    - { name: template ${n}, template: { src: c${n}.j2, dest: /srv/bench/d${n % 10}/c${n}.conf, mode: "0644" } }`,
  ),
  ...counted(5).map(n => `    - { name: user ${n}, user: { name: bench${n}, shell: /bin/bash } }`),
  ...counted(6).map(
    n =>
      `    - { name: line ${n}, lineinfile: { path: /srv/bench/d0/lines, line: key${n}=value, regexp: "^key${n}=", create: true } }`,
  ),
  ...SERVICES.map(
    name =>
      `    - { name: service ${name}, systemd: { name: ${name}, state: started, enabled: true } }`,
  ),
  '',
].join('\n')

/** The same for pyinfra. */
export const DEPLOY = `from pyinfra.operations import apt, files, server, systemd
for name in ${JSON.stringify(PACKAGES)}:
    apt.packages(name=f"package {name}", packages=[name], present=True)
for n in range(10):
    files.directory(name=f"directory {n}", path=f"/srv/bench/d{n}", mode="755")
for n in range(20):
    files.template(name=f"template {n}", src=f"templates/c{n}.j2", dest=f"/srv/bench/d{n % 10}/c{n}.conf", mode="644", domain="www.example.com", workers=4)
for n in range(5):
    server.user(name=f"user {n}", user=f"bench{n}", shell="/bin/bash", ensure_home=True)
for n in range(6):
    files.line(name=f"line {n}", path="/srv/bench/d0/lines", line=f"key{n}=value", ensure_newline=True)
for name in ${JSON.stringify(SERVICES)}:
    systemd.service(name=f"service {name}", service=name, running=True, enabled=True)
`

/**
 * What a run has to know for these tasks, facts included, as one would ask for it by hand. Facts are
 * those that \`gather_facts\` gives: names, distribution, hardware, addresses, mounts.
 */
export const PROBE = `exec 2>/dev/null
cat /etc/os-release /etc/machine-id /proc/cpuinfo /proc/meminfo /proc/uptime /proc/loadavg /proc/cmdline
cat /sys/class/dmi/id/* /proc/mounts /etc/resolv.conf /etc/fstab /proc/swaps
uname -a; hostname -f; id; date +%s; env
ip -o addr; ip route; ip -6 route; df -P; findmnt -rn; lsblk -rn
dpkg-query -W -f '\${Package} \${Status} \${Version}\\n' ${[...new Set(PACKAGES)].join(' ')}
stat -c '%n %a %U %G %F %s' /srv/bench/d* /srv/bench/d*/*
sha256sum /srv/bench/d*/*
cat /srv/bench/d0/lines
systemctl show ${[...new Set(SERVICES)].join(' ')} -p Id,ActiveState,UnitFileState
getent passwd ${counted(5)
  .map(n => `bench${n}`)
  .join(' ')}
getent group; cat /etc/shadow
exit 0
`
