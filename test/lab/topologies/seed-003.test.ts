import { testTopology } from './topology.ts'

testTopology({
  seed: '003',
  image: 'debian-12',
  hosts: ['lb', 'server1', 'server2'],
  parts: { balancer: 'lb', primary: 'server1', replica: 'server2' },
})
