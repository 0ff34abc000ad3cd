/** The forge's one OAuth application, used by the console and by the CI server. */
export const oauthClient = {
  clientId: '5a4db0c5-0000-4000-8000-000000000001',
  clientSecret: 'gto_sandbox_made_up_client_secret',
};

/** Token of the CI server's machine account with administrator's rights. */
export const serviceToken = 'sandboxservicetokenmadeup0000001';
