import { testTopology } from './topology.ts'

testTopology({
  seed: '004',
  image: 'debian-13',
  hosts: ['lb', 'server1', 'server2'],
  parts: { balancer: 'lb', primary: 'server2', replica: 'server1' },
})
