import type { Site } from './site.ts'

interface Fault {
  readonly case: string
  readonly host: string
  readonly plant: string
  readonly mend: string
  /** The tasks of verify.yml that complain. */
  readonly says: readonly string[]
}

const REPLICATED = 'Entry is in the database within a second'
const ANSWERED = 'Answers are what they should be'
const own = (certificate: string, key: string): string =>
  `openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=fake -keyout ${key} -out ${certificate} 2>/dev/null`
const config = (edit: string): Pick<Fault, 'plant' | 'mend'> => ({
  plant: `cp /etc/haproxy/haproxy.cfg /root; sed -i '${edit}' /etc/haproxy/haproxy.cfg; systemctl reload haproxy`,
  mend: 'cp /root/haproxy.cfg /etc/haproxy/; systemctl reload haproxy',
})

const FAULTS: readonly Fault[] = [
  {
    case: 'replication is stopped',
    host: 'web2',
    plant: 'mariadb -e "STOP SLAVE"',
    mend: 'mariadb -e "START SLAVE"',
    says: [REPLICATED],
  },
  {
    case: 'the replica takes writes',
    host: 'web2',
    plant: 'mariadb -e "SET GLOBAL read_only = 0"',
    mend: 'mariadb -e "SET GLOBAL read_only = 1"',
    says: ['Replica is read-only'],
  },
  {
    case: "a database's port is open",
    host: 'web1',
    plant: 'nft add rule inet provision input tcp dport 3306 accept',
    mend: 'nft -f /etc/nftables.conf',
    says: [
      'Ports that this host must not reach do not answer',
      'Ports that the world must not reach do not answer the controller',
    ],
  },
  {
    case: "a web server's certificate is nobody's",
    host: 'web1',
    plant: `cp -a /etc/nginx/tls /root; cd /etc/nginx/tls; ${own('host.crt', 'host.key')}; systemctl reload nginx; sleep 3`,
    mend: 'cp -a /root/tls /etc/nginx/; systemctl reload nginx; sleep 3',
    says: [ANSWERED],
  },
  {
    case: "the site's certificate is nobody's",
    host: 'lb1',
    plant: `cd /root; cp /etc/haproxy/site.pem .; ${own('c', 'k')}; cat c k >/etc/haproxy/site.pem; systemctl reload haproxy`,
    mend: 'cp /root/site.pem /etc/haproxy/; systemctl reload haproxy',
    says: ['Site answers under its name, its certificate verified'],
  },
  {
    case: 'old TLS is spoken',
    host: 'lb1',
    ...config(
      's/ssl-min-ver TLSv1.2/ssl-min-ver TLSv1.0/; s/bind-ciphers .*/bind-ciphers ALL:@SECLEVEL=0/',
    ),
    says: ['Old TLS is refused'],
  },
  {
    case: 'one web server gets all requests',
    host: 'lb1',
    ...config('s/balance roundrobin/balance first/'),
    says: [ANSWERED],
  },
  {
    case: 'nobody asks for the health of web servers',
    host: 'lb1',
    ...config('s/default-server check/default-server/; /redispatch/d; /retr/d'),
    says: ['Every request is answered all the same'],
  },
]

/** What playbooks/verify.yml has to find. */
export const faults = (site: () => Site): void => {
  test.each(FAULTS)('fails when $case', async ({ host, plant, mend, says }) => {
    await site().on(host, plant)
    try {
      expect(await site().complaints()).toEqual(says)
    } finally {
      await site().on(host, mend)
    }
  })
}
