import { parameterPath } from '../../src/probes/kernel.ts'

// By sysctl(8): the first separator separates, the other one stands for a dot in a name.
test.each([
  ['kernel', 'kernel'],
  ['net.ipv4.ip_forward', 'net/ipv4/ip_forward'],
  ['net/ipv4/ip_forward', 'net/ipv4/ip_forward'],
  ['net.ipv4.conf.eth0/100.forwarding', 'net/ipv4/conf/eth0.100/forwarding'],
  ['net/ipv4/conf/eth0.100/forwarding', 'net/ipv4/conf/eth0.100/forwarding'],
])('%s is %s below /proc/sys', (name, path) => {
  expect(parameterPath(name)).toBe(path)
})
