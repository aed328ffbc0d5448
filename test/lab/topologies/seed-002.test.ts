import { testTopology } from './topology.ts'

testTopology({
  seed: '002',
  image: 'debian-sid',
  hosts: ['lb', 'server1', 'server2', 'server3'],
  parts: { balancer: 'lb', primary: 'server1', replica: 'server2' },
})
