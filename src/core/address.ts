/** An IP address as the standards write it: `FD77:0:0:0:0:0:0:1` is `fd77::1`. */
export const canonicalAddress = (address: string): string =>
  address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address
