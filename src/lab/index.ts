/**
 * Throw-away real hosts without a hypervisor: each has its own systemd, sshd, addresses, packages
 * and firewall, and is gone without a trace after `labDown`. Needs root on Linux; `packages.sh`
 * installs what is missing on a Debian machine.
 *
 *   const hosts = await labUp({ lab: 'mine', image: 'debian-13', hosts: ['lb1', 'web1', 'web2'] })
 *   hosts[0] // { name: 'lb1', address: '10.77.0.11', address6: 'fd77::11', port: 22, user: 'root',
 *            //   keyFile, knownHosts, image, running }
 *   const status = await labSsh({ lab: 'mine', host: 'web1', command: ['apt-get', 'update'] })
 *   await labDown({ lab: 'mine' })
 *
 * From a shell in the checkout:
 *   npx tsx -e "import('./src/lab/index.ts').then(async l => console.log(await l.labUp(
 *     { lab: 'mine', hosts: ['web1'], onProgress: console.error })))"
 *
 * Use a lab name of your own: two labs on one machine do not meet. State is in /var/lib/provision-lab
 * or PROVISION_LAB_DIR, and so are the images and the packages, which all labs share.
 */
export { labDown, labList, labReboot, labSsh } from './lab.ts'
export type { LabHost } from './lab.ts'
export { labUp } from './up.ts'
export { imageNames, type ImageName } from './images.ts'
export { labRoot } from './place.ts'
