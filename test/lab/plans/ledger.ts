/** A small service with what hosts have around one; what `release` says is all that changes later. */
export const PLAYBOOK = `
- hosts: all
  gather_facts: false
  tasks:
    - name: Packages are installed
      apt: { name: [nftables, tree, tzdata], update_cache: true, cache_valid_time: 86400 }
    - name: Account exists
      user: { name: clerk, groups: [users], append: true, shell: /bin/sh }
    - name: Key of the account is known
      authorized_key:
        user: clerk
        key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPLa5Hh7GpYZ9d0rS2n3yo8sGk0h1hJrJm0c6b0n0Qaa clerk
    - name: Directory is there
      file: { path: /etc/ledger, state: directory, mode: "0755" }
    - name: Release is noted
      copy: { content: "release {{ release }}\\n", dest: /etc/ledger/release, mode: "0644" }
      notify: Ledger is restarted
    - name: Settings stand
      copy: { content: "colour blue\\n", dest: /etc/ledger/settings, owner: clerk, mode: "0640" }
    - name: Settings are linked
      file: { src: /etc/ledger/settings, dest: /etc/ledger/current, state: link }
    - name: Old settings are gone
      file: { path: /etc/ledger/old, state: absent }
    - name: Host knows the office
      lineinfile: { path: /etc/hosts, line: 192.0.2.7 office }
    - name: Time zone is set
      timezone: { name: Europe/Berlin }
    - name: Only what is wanted comes in
      nftables_rules:
        content: |
          flush ruleset
          table inet ledger {
            chain input {
              type filter hook input priority filter; policy accept;
            }
          }
    - name: Ledger is described
      copy:
        dest: /etc/systemd/system/ledger.service
        content: |
          [Service]
          ExecStart=/bin/sleep infinity
          [Install]
          WantedBy=multi-user.target
      notify: Ledger is restarted
    - name: Ledger runs
      systemd: { name: ledger, state: started, enabled: true }
  handlers:
    - name: Ledger is restarted
      systemd: { name: ledger, state: restarted }
`

/** Something that somebody does by hand between a plan and its apply. */
export interface Drift {
  readonly case: string
  readonly script: string
  readonly undo: string
  /** The task that is not as planned any more. */
  readonly task: string
}

const ACCOUNTS = '/etc/passwd /etc/shadow /etc/group /etc/gshadow'
const KEYS = '/home/clerk/.ssh/authorized_keys'

/** Each of them has to be named, whatever else is as the plan found it. */
export const DRIFTS: readonly Drift[] = [
  {
    case: 'a file is edited',
    script: 'echo by-hand >>/etc/ledger/settings',
    undo: `sed -i '/by-hand/d' /etc/ledger/settings`,
    task: 'Settings stand',
  },
  {
    case: 'a mode is changed',
    script: 'chmod 0666 /etc/ledger/settings',
    undo: 'chmod 0640 /etc/ledger/settings',
    task: 'Settings stand',
  },
  {
    case: 'an owner is changed',
    script: 'chown root /etc/ledger/settings',
    undo: 'chown clerk /etc/ledger/settings',
    task: 'Settings stand',
  },
  {
    case: 'the mode of a file that is to be written anyway is changed',
    script: 'chmod 0600 /etc/ledger/release',
    undo: 'chmod 0644 /etc/ledger/release',
    task: 'Release is noted',
  },
  {
    case: 'a file that is to be written is deleted',
    script: 'mv /etc/ledger/release /root',
    undo: 'mv /root/release /etc/ledger',
    task: 'Release is noted',
  },
  {
    case: 'a file that was removed is back',
    script: 'touch /etc/ledger/old',
    undo: 'rm /etc/ledger/old',
    task: 'Old settings are gone',
  },
  {
    case: 'a link leads elsewhere',
    script: 'ln -sfn /dev/null /etc/ledger/current',
    undo: 'ln -sfn /etc/ledger/settings /etc/ledger/current',
    task: 'Settings are linked',
  },
  {
    case: 'a package is removed',
    script: 'apt-get -qqy remove tree >/dev/null',
    undo: 'apt-get -qqy install tree >/dev/null',
    task: 'Packages are installed',
  },
  {
    case: 'a service is stopped and disabled',
    script: 'systemctl disable -q --now ledger',
    undo: 'systemctl enable -q --now ledger',
    task: 'Ledger runs',
  },
  {
    case: 'an account is deleted',
    script: `mkdir /root/accounts && cp -a ${ACCOUNTS} /root/accounts && userdel --force clerk`,
    undo: 'cp -a /root/accounts/* /etc && rm -r /root/accounts',
    task: 'Account exists',
  },
  {
    case: 'an account leaves a group',
    script: 'gpasswd -d clerk users',
    undo: 'gpasswd -a clerk users',
    task: 'Account exists',
  },
  {
    case: 'a key is dropped',
    script: `cp -a ${KEYS} /root/keys && truncate -s 0 ${KEYS}`,
    undo: `cp -a /root/keys ${KEYS}`,
    task: 'Key of the account is known',
  },
  {
    case: 'a line is removed',
    script: `sed -i '/office/d' /etc/hosts`,
    undo: 'echo 192.0.2.7 office >>/etc/hosts',
    task: 'Host knows the office',
  },
  {
    case: 'a rule is added to the firewall by hand',
    script: 'nft add rule inet ledger input tcp dport 9999 accept',
    undo: 'nft flush chain inet ledger input',
    task: 'Only what is wanted comes in',
  },
  {
    case: 'the time zone is another',
    script: 'ln -sf /usr/share/zoneinfo/Asia/Tokyo /etc/localtime; echo Asia/Tokyo >/etc/timezone',
    undo: 'ln -sf /usr/share/zoneinfo/Europe/Berlin /etc/localtime; echo Europe/Berlin >/etc/timezone',
    task: 'Time zone is set',
  },
]
