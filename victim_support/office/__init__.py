"""The municipal office (役所): what papers and pages say of it, and the policies it has chosen."""
