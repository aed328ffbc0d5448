/** What stands in a value for something that cannot be known; reading it throws. */
export { Trap } from '../jinja/index.ts'
