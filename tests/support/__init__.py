"""What tests share: documents, stages, servers, processes, samples."""
