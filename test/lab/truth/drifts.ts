/** The part that a host has in a topology. */
export type Part = 'balancer' | 'primary' | 'replica'

/** Something that went astray by hand. */
export interface Drift {
  readonly case: string
  readonly part: Part
  readonly script: string
  /** A task that has to put it right. */
  readonly task: string
}

const SQL = '"$(command -v mariadb || command -v mysql)" -e'

/** A dozen and some ways in which hosts drift, all at once. */
export const DRIFTS: readonly Drift[] = [
  {
    case: 'a file is edited',
    part: 'balancer',
    script: `sed -i 's/timeout client .*/timeout client 3s/' /etc/haproxy/haproxy.cfg`,
    task: 'Load balancing is configured',
  },
  {
    case: 'a mode is changed',
    part: 'primary',
    script: 'chmod 0666 /etc/app/config.json',
    task: 'Application knows its databases',
  },
  {
    case: 'an owner is changed',
    part: 'primary',
    script: 'chown nobody /etc/nginx/conf.d/site.conf',
    task: 'Site is configured',
  },
  {
    case: 'a package is removed',
    part: 'balancer',
    script: 'apt-get -qqy remove logrotate >/dev/null',
    task: 'Packages are installed',
  },
  {
    case: 'a service is stopped and disabled',
    part: 'primary',
    script: 'systemctl disable -q --now nginx',
    task: 'Nginx runs',
  },
  {
    case: 'an account is deleted',
    part: 'replica',
    script: 'userdel --force app',
    task: 'Account of the application exists',
  },
  {
    case: 'a line is removed',
    part: 'balancer',
    script: `sed -i '/BEGIN of the fleet/{n;d}' /etc/hosts`,
    task: 'Hosts of the fleet know each other by name',
  },
  {
    case: 'a rule is added to the firewall by hand',
    part: 'primary',
    script: 'nft add rule inet provision input tcp dport 9999 accept',
    task: "Only what the host's groups call for comes in",
  },
  {
    case: 'a grant is revoked',
    part: 'primary',
    script: `${SQL} "REVOKE SELECT ON app.* FROM app_read@'%'"`,
    task: "Application's reading account exists",
  },
  {
    case: 'a replica is stopped',
    part: 'replica',
    script: `${SQL} 'STOP REPLICA'`,
    task: 'Replica follows the primary',
  },
  {
    case: 'a file is deleted',
    part: 'replica',
    script: 'rm /etc/nginx/conf.d/site.conf',
    task: 'Site is configured',
  },
  {
    case: 'a file that was removed is back',
    part: 'replica',
    script: 'ln -s ../sites-available/default /etc/nginx/sites-enabled/default',
    task: 'Site of the distribution is off',
  },
  {
    case: 'a drop-in is deleted',
    part: 'balancer',
    script: 'rm /etc/ssh/sshd_config.d/10-provision.conf',
    task: 'Sshd has its baseline',
  },
  {
    case: 'the time zone is another',
    part: 'balancer',
    script: 'ln -sf /usr/share/zoneinfo/Asia/Tokyo /etc/localtime; echo Asia/Tokyo >/etc/timezone',
    task: 'Time zone is set',
  },
]
