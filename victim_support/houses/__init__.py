"""House ledger (家屋台帳): buildings as the tax office knows them, who owns and who lives there."""
