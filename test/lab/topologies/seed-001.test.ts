import { testTopology } from './topology.ts'

testTopology({
  seed: '001',
  image: 'debian-13',
  hosts: ['server1', 'server2', 'server3'],
  parts: { balancer: 'server1', primary: 'server2', replica: 'server3' },
})
