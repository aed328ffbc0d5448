/** The functions that Ansible adds to Jinja's own. */
export const FUNCTIONS: Readonly<Record<string, unknown>> = {}
