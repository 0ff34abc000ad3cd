/** Goes to an address with a page that begins anew: nothing of this one stays. As an object, so that tests can watch it. */
export const leave = {
  to(address: string): void {
    window.location.assign(address);
  },
};
