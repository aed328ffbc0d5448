import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { signCertificate } from '../../../src/pki/sign.ts'
import { labReboot } from '../../../src/lab/index.ts'
import { changed, failures } from '../report.ts'
import { eventually } from '../eventually.ts'
import { MINUTES } from '../limits.ts'
import { NAME, type Site } from './site.ts'

const DAY = 86_400_000

/** What another inventory, time or a mistake makes of a site that stands. */
export const changes = (site: () => Site): void => {
  const serverOf = async (): Promise<string | undefined> =>
    (await site().get('/healthz')).headers['x-served-by']
  /** Who answers so many requests, one after the other. */
  const servers = async (count: number): Promise<(string | undefined)[]> => {
    const found: (string | undefined)[] = []
    for (let i = 0; i < count; i++) found.push(await serverOf())
    return found
  }
  const issuerOn = (host: string, port: number): Promise<string> =>
    site().on(
      host,
      `openssl s_client -connect 127.0.0.1:${String(port)} -servername ${NAME} </dev/null 2>/dev/null | openssl x509 -noout -issuer -enddate`,
    )

  test(
    'takes back a firewall and an sshd that lock us out, and says why',
    async () => {
      const admins = { firewall_admin_networks: ['192.0.2.0/24'] }
      const users = { common_sshd_options: { AllowUsers: 'nobody' } }
      const [walled, refused] = await Promise.all([
        site().converge('--limit', 'lb1', ...(await site().variables('admins', admins))),
        site().converge('--limit', 'web1', ...(await site().variables('users', users))),
      ])
      expect([walled.code, refused.code]).toEqual([2, 2])
      const said = [walled, refused].map(({ report }) => JSON.stringify(failures(report)))
      expect(said[0]).toMatch(/the firewall could lock us out, and did.*has undone the change/)
      expect(said[1]).toMatch(/sshd could refuse us, and did.*has undone the change/)
      expect(changed(await site().converged())).toEqual([])
    },
    3 * MINUTES,
  )

  test(
    'is what it was after its hosts have been rebooted',
    async () => {
      for (const host of ['lb1', 'web2']) await labReboot({ lab: site().lab.name, host })
      expect(await site().on('lb1', 'nft list ruleset')).toContain('policy drop')
      // The load balancer takes a server back once it has passed its checks.
      await eventually(
        () => servers(8),
        found => found.filter(server => server === 'web2').length === 4,
      )
      await eventually(
        () => site().statuses(4, '/'),
        found => found.every(it => it === 200),
      )
      expect(await site().complaints()).toEqual([])
      expect(changed(await site().converged())).toEqual([])
    },
    3 * MINUTES,
  )

  test(
    'renews a certificate that has less than a third of its life left',
    async () => {
      const pem = (name: string): string => readFileSync(join(site().authority, name), 'utf8')
      const publicKey = await site().on(
        'web1',
        'openssl pkey -in /etc/provision-tls/host.key -pubout',
      )
      const old = await signCertificate(
        {
          commonName: 'web1',
          dnsNames: ['web1'],
          addresses: [site().host('web1').address],
          days: 90,
          publicKey: createPublicKey(publicKey),
          now: new Date(Date.now() - 61 * DAY),
        },
        { certificate: pem('ca.crt'), key: createPrivateKey(pem('ca.key')) },
      )
      await site().on('web1', `cat >/etc/provision-tls/host.crt <<'E'\n${old}E`)
      const report = await site().converged()
      expect(JSON.stringify(report.tasks)).toContain('it is valid until ')
      const left = /notAfter=(.*)/.exec(await issuerOn('web1', 8443))?.[1] ?? ''
      expect(new Date(left).getTime()).toBeGreaterThan(Date.now() + 89 * DAY)
      expect(await site().complaints()).toEqual([])
    },
    2 * MINUTES,
  )

  test(
    'moves to another authority, whose key a passphrase encrypts',
    async () => {
      const [before, open] = [site().authority, statSync(join(site().authority, 'ca.key'))]
      expect(open.mode & 0o777).toBe(0o600)
      expect(readFileSync(join(before, 'ca.key'), 'utf8')).not.toContain('ENCRYPTED')
      const passphrase = { tls_authority_passphrase: 'correct horse' }
      execFileSync('mv', [before, `${before}.old`])
      const words = await site().variables('passphrase', passphrase)
      await site().converged(...words)
      expect(readFileSync(join(before, 'ca.key'), 'utf8')).toContain('ENCRYPTED')
      // Replicas keep their connection; a new one verifies the new chain.
      await site().on('web2', 'mariadb -e "STOP SLAVE; START SLAVE"')
      expect(await site().complaints()).toEqual([])
      expect(changed(await site().converged(...words))).toEqual([])
    },
    3 * MINUTES,
  )

  test(
    "serves the user's own certificate",
    async () => {
      const made = join(site().lab.directory, 'own')
      const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '9']
      const names = ['-subj', '/CN=own', '-addext', `subjectAltName=DNS:${NAME},DNS:foobar.com`]
      execFileSync(
        'openssl',
        [...request, ...names, '-keyout', `${made}.key`, '-out', `${made}.crt`],
        {
          stdio: 'ignore',
        },
      )
      const words = await site().variables('own', {
        tls_authority_passphrase: 'correct horse',
        haproxy_site_certificate: readFileSync(`${made}.crt`, 'utf8'),
        haproxy_site_key: readFileSync(`${made}.key`, 'utf8'),
      })
      await site().converged(...words)
      expect(await issuerOn('lb1', 443)).toMatch(/CN ?= ?own/)
      expect(await site().get('/healthz', '--cacert', `${made}.crt`)).toMatchObject({ status: 200 })
      expect(changed(await site().converged(...words))).toEqual([])
    },
    2 * MINUTES,
  )

  test(
    'keeps the second web server for when the first is down, if asked to',
    async () => {
      const words = await site().variables('passive', {
        tls_authority_passphrase: 'correct horse',
        haproxy_mode: 'active-passive',
      })
      await site().converged(...words)
      expect(await servers(3)).toEqual(['web1', 'web1', 'web1'])
      await site().on('web1', 'systemctl stop nginx')
      const then = await serverOf()
      await site().on('web1', 'systemctl start nginx')
      expect(then).toBe('web2')
      expect(await eventually(serverOf, server => server === 'web1')).toBe('web1')
    },
    2 * MINUTES,
  )

  test(
    "serves the user's own application from a repository, and leaves an older PHP",
    async () => {
      const repository = '/srv/own.git'
      for (const host of ['web1', 'web2'])
        await site().on(
          host,
          `apt-get -qqy install git >/dev/null; git init -q -b main ${repository}; cd ${repository}; mkdir public
echo '<?php echo "own ", getenv("APP_CONFIG");' >public/index.php
git add .; git -c user.name=x -c user.email=x@example.com commit -qm one`,
        )
      // An older PHP, as an upgrade of the distribution leaves it: running, and on the same socket.
      await site().on(
        'web1',
        `ln -s /bin/true /usr/sbin/php-fpm8.1
printf '[Service]\\nExecStart=/bin/sleep 1000\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/php8.1-fpm.service
systemctl enable -q --now php8.1-fpm`,
      )
      const words = await site().variables('app', {
        tls_authority_passphrase: 'correct horse',
        app_source: `file://${repository}`,
        app_directory: '/srv/own',
        app_schema: '',
      })
      await site().converged(...words)
      expect((await site().get('/any/page')).body).toBe('own /etc/app/config.json')
      expect(await site().get('/.git/config')).toMatchObject({ status: 404 })
      expect(await site().on('web1', 'systemctl is-active php8.1-fpm || :')).toBe('inactive')
      expect(changed(await site().converged(...words))).toEqual([])
    },
    3 * MINUTES,
  )
}
