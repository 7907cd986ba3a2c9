"""People who need more than others (要配慮者): needs in detail, the support register, blocks."""
