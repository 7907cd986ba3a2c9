"""The drop box (電話からの申し込み): phones put a household in, only the desk takes it out."""
