import { testTopology } from './topology.ts'

testTopology({
  seed: '000',
  image: 'debian-sid',
  hosts: ['lb', 'server1', 'server2'],
  parts: { balancer: 'lb', primary: 'server1', replica: 'server2' },
})
