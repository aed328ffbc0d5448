import type { Client } from 'ssh2'
import type { Login } from './client.ts'

// Loading ssh2 costs more than checking a small playbook: it waits until a host is needed.
const load = () => import('./client.ts')

/** Logs in over SSH. */
export const logIn = async (login: Login): Promise<Client> => (await load()).logIn(login)

/** Loads what logging in takes, while there is something else to wait for. */
export const prepareToLogIn = (): void => {
  load().catch(() => undefined)
}
