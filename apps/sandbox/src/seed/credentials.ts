/** The console's OAuth application on the forge. */
export const oauthClient = {
  clientId: '5a4db0c5-0000-4000-8000-000000000001',
  clientSecret: 'gto_sandbox_made_up_client_secret',
};

/**
 * The CI server's own application. The forge keeps one grant per person and application, with the scope that was asked
 * first: sharing one would give the CI server the console's narrow scope, and each sign-in would end the other's tokens
 * where the forge forbids reuse.
 */
export const ciOauthClient = {
  clientId: '5a4db0c5-0000-4000-8000-000000000002',
  clientSecret: 'gto_sandbox_made_up_ci_client_secret',
};

/** Of the CI servers besides the first, by their place in the list. */
export const furtherOauthClient = (index: number) => ({
  clientId: `5a4db0c5-0000-4000-8000-${String(index + 101).padStart(12, '0')}`,
  clientSecret: `gto_sandbox_made_up_ci_client_secret_${index + 2}`,
});

/** Token of the CI server's machine account with administrator's rights. */
export const serviceToken = 'sandboxservicetokenmadeup0000001';
