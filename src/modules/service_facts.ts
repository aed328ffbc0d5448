import { defineModule } from '../core/module.ts'
import { services } from '../probes/installed.ts'

export const serviceFacts = defineModule({
  name: 'service_facts',
  summary: 'Gathers the services of systemd as the fact `services`.',
  params: {},
  touches: [],
  probes: () => ({ services: services() }),
  plan: () => [],
  result: (_want, _before, { services: found }) => ({
    ansible_facts: {
      services: Object.fromEntries((found ?? []).map(service => [service.name, service])),
    },
  }),
})
