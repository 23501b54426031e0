/** What is used of @peculiar/x509: a module by itself, as it has to be loaded after reflect-metadata and is CommonJS to some bundlers. */
export {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
